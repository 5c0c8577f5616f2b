package health.salus.hl7v2;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Takes in files that others lay into {@code <directory>/<feed>/}, each a message or a batch, and moves them to {@code .done}
 * or {@code .failed} beside them.
 *
 * <p>A file is taken once it has not changed between two looks. It moves after its messages were stored, so a crash in
 * between takes it in again, which adds nothing, because the same bytes are one message.
 */
final class DropDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(DropDirectory.class);

    private final Path directory;
    private final Feeds feeds;
    private final MessageIntake intake;
    private final long longest;
    private Map<Path, Look> seen = Map.of();

    /** How a file looked the last time. */
    private record Look(long size, Instant changed) {}

    /**
     * Watches a folder.
     *
     * @param longest how many bytes a file may have
     */
    DropDirectory(Path directory, Feeds feeds, MessageIntake intake, long longest) {
        this.directory = directory;
        this.feeds = feeds;
        this.intake = intake;
        this.longest = longest;
    }

    /** Looks once, and takes in what has come to rest since the last look. */
    void look() {
        Map<Path, Look> now = new HashMap<>();
        for (MessageFeed feed : feeds.all()) {
            for (Path file : files(directory.resolve(feed.name()))) {
                look(file).ifPresent(look -> {
                    if (look.equals(seen.get(file))) {
                        take(feed, file, look);
                    }
                    now.put(file, look);
                });
            }
        }
        seen = now;
    }

    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(DropDirectory::isMessageFile).sorted().toList();
        } catch (IOException unreadable) {
            LOG.warn("Cannot read a drop folder fault={}", unreadable.getClass().getSimpleName());
            return List.of();
        }
    }

    private static boolean isMessageFile(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && name.endsWith(".hl7") && Files.isRegularFile(file);
    }

    private static Optional<Look> look(Path file) {
        try {
            return Optional.of(
                    new Look(Files.size(file), Files.getLastModifiedTime(file).toInstant()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private void take(MessageFeed feed, Path file, Look look) {
        try {
            if (look.size() > longest) {
                move(file, ".failed", "The file is longer than max-frame-size");
                return;
            }
            BatchFile batch = BatchFile.read(Files.readAllBytes(file));
            if (!batch.isWhole()) {
                move(file, ".failed", batch.problem() + "; nothing of it was taken in");
                return;
            }
            List<Reply> replies = intake.take(feed, batch);
            long missing =
                    replies.stream().filter(it -> it.fate() != Reply.Fate.KEPT).count();
            if (missing == 0) {
                move(file, ".done", "");
                LOG.info("Took in a file feed={} messages={}", feed.name(), replies.size());
            } else if (replies.stream().anyMatch(it -> it.fate() == Reply.Fate.NOT_NOW)) {
                LOG.warn("A file waits until its messages can be stored feed={}", feed.name());
            } else {
                move(
                        file,
                        ".failed",
                        missing + " of " + replies.size() + " messages were refused, the others are kept");
            }
        } catch (NoSuchFileException takenByAnotherServer) {
            LOG.debug("A file was taken in by another server feed={}", feed.name());
        } catch (IOException broken) {
            LOG.warn(
                    "Cannot take in a file feed={} fault={}",
                    feed.name(),
                    broken.getClass().getSimpleName());
        }
    }

    private static void move(Path file, String folder, String reason) throws IOException {
        Path target = Files.createDirectories(file.resolveSibling(folder)).resolve(file.getFileName());
        if (!reason.isEmpty()) {
            Files.writeString(target.resolveSibling(file.getFileName() + ".reason.txt"), reason + "\n");
            LOG.warn("A file was not taken in, see its reason in {}", folder);
        }
        try {
            Files.move(file, target);
        } catch (FileAlreadyExistsException sameName) {
            Files.move(file, target.resolveSibling(System.nanoTime() + "-" + file.getFileName()));
        }
    }
}
