package health.salus.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import health.salus.secret.PrivateFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.annotation.Scheduled;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Notes the end of the chain where the database cannot reach it: in a file, and in the log, which a hospital keeps
 * elsewhere.
 */
class Checkpoints implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Path dataDirectory;
    private final Supplier<Optional<ChainLink>> end;
    private final CheckpointKey key;
    private @Nullable ChainLink noted;

    Checkpoints(Path dataDirectory, Supplier<Optional<ChainLink>> end) {
        this.dataDirectory = dataDirectory;
        this.end = end;
        this.key = CheckpointKey.in(dataDirectory.resolve("keys"));
    }

    /** Notes how far the chain has come, if it has come further. */
    @Scheduled(
            initialDelayString = "${salus.audit.checkpoint-interval:1m}",
            fixedDelayString = "${salus.audit.checkpoint-interval:1m}")
    synchronized void note() {
        end.get().filter(link -> !link.equals(noted)).ifPresent(link -> {
            Checkpoint checkpoint = Checkpoint.sign(link, Instant.now().toString(), key);
            file(dataDirectory).write(checkpoint.toJson());
            noted = link;
            LOG.atInfo()
                    .addKeyValue("seq", checkpoint.seq())
                    .addKeyValue("hash", checkpoint.hash())
                    .addKeyValue("at", checkpoint.at())
                    .addKeyValue("signature", checkpoint.signature())
                    .log("Audit checkpoint");
        });
    }

    /** Notes the end once more when the server stops. */
    @Override
    public void destroy() {
        note();
    }

    /**
     * Returns the last checkpoint below this data directory, or nothing if there is none yet.
     *
     * @throws JsonProcessingException if somebody has changed the file so that it is none
     */
    static Optional<Checkpoint> last(Path dataDirectory) throws JsonProcessingException {
        Optional<String> text = file(dataDirectory).read();
        return text.isEmpty() ? Optional.empty() : Optional.of(Checkpoint.read(text.get()));
    }

    private static PrivateFile file(Path dataDirectory) {
        return new PrivateFile(dataDirectory.resolve("audit").resolve("checkpoint.json"));
    }
}
