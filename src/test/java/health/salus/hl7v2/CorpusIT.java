package health.salus.hl7v2;

import health.salus.fhir.StoredResources;
import health.salus.mapping.CorpusValues;
import health.salus.mapping.Feed;
import health.salus.tenant.TenantId;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends every real message of other projects over MLLP to a whole server, and reports by source what became of them. See
 * {@code -Dcorpus=} in CorpusTest.
 */
@EnabledIfSystemProperty(named = "corpus", matches = ".+")
class CorpusIT {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern CODE = Pattern.compile("\rMSA.([AC][AER])");
    private static final Feed FEED = new Feed("lab", ZoneId.systemDefault());

    private final TestServer server = TestServer.shared();
    private final JdbcClient database = server.bean(JdbcClient.class);
    private final StoredResources resources = server.bean(StoredResources.class);
    private final Map<String, Map<String, Integer>> bySource = new TreeMap<>();
    private final Map<ByteBuffer, String> sources = new HashMap<>();
    private final Map<String, Integer> reasons = new TreeMap<>();
    private final CorpusValues values = new CorpusValues();
    private final long start = database.sql("SELECT coalesce(max(id), 0) FROM salus_hl7v2_message")
            .query(Long.class)
            .single();

    @Test
    void everyMessageIsAnsweredOnceAndProcessedOrPutAsideWithItsReason() throws Exception {
        int sent = 0;
        for (Path file : files()) {
            for (byte[] message : BatchFile.read(Files.readAllBytes(file)).messages()) {
                send(source(file), message);
                sent++;
            }
        }
        awaitDone();
        report();

        assertThat(sent).isPositive();
        assertThat(database.sql("SELECT count(*) FROM salus_hl7v2_message WHERE id > :start AND state <> 'PROCESSED'"
                                + " AND reason IS NULL")
                        .param("start", start)
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(values.byValueType()).isNotEmpty();
    }

    /** A connection for each, so that all that is answered to it is known. */
    private void send(String source, byte[] message) throws IOException {
        count(source, "sent");
        sources.put(ByteBuffer.wrap(message), source);
        try (MllpClient client = new MllpClient(server.mllpPort())) {
            client.send(
                    MllpClient.frame(new String(message, StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
            List<String> codes = CODE.matcher(client.remainingAnswers())
                    .results()
                    .map(it -> it.group(1))
                    .toList();
            boolean enhanced = MessageHeader.read(message)
                    .filter(MessageHeader::isEnhanced)
                    .isPresent();
            assertThat(codes).hasSizeBetween(enhanced ? 0 : 1, 1);
            codes.forEach(it -> count(source, "answered " + it));
        }
    }

    private void awaitDone() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (waiting() > 0) {
            assertThat(System.nanoTime()).as("messages still wait").isLessThan(end);
            Thread.sleep(100);
        }
    }

    private long waiting() {
        return database.sql("SELECT count(*) FROM salus_hl7v2_message WHERE id > :start AND state = 'RECEIVED'")
                .param("start", start)
                .query(Long.class)
                .single();
    }

    private void report() {
        database.sql("SELECT id, state, reason, content FROM salus_hl7v2_message WHERE id > :start ORDER BY id")
                .param("start", start)
                .query(row -> {
                    String source = sources.getOrDefault(ByteBuffer.wrap(row.getBytes("content")), "?");
                    String state = row.getString("state");
                    count(source, state);
                    if (row.getString("reason") != null) {
                        row.getString("reason")
                                .lines()
                                .forEach(it -> reasons.merge(plain(state + ": " + it), 1, Integer::sum));
                    }
                    if (state.equals("PROCESSED") || state.equals("INCOMPLETE")) {
                        values.add(row.getBytes("content"), FEED, written(row.getLong("id")));
                    }
                });
        bySource.forEach((source, counts) -> System.out.println(source + ": " + counts));
        reasons.forEach((reason, times) -> System.out.println(times + "\t" + reason));
        values.print();
    }

    /** What the store has in the end of all that a message was about; later messages may have changed it. */
    private Bundle written(long message) {
        Bundle written = new Bundle();
        String id = MessageProvenance.id(TenantId.DEFAULT, message).toString();
        Provenance provenance =
                (Provenance) resources.read(TenantId.DEFAULT, "Provenance", id).orElseThrow();
        provenance.getTarget().stream()
                .map(Reference::getReferenceElement)
                .flatMap(it -> resources.read(TenantId.DEFAULT, it.getResourceType(), it.getIdPart()).stream())
                .forEach(it -> written.addEntry().setResource(it));
        return written;
    }

    private static String plain(String reason) {
        return reason.replaceAll("urn:uuid:[-0-9a-f]+", "…").replaceAll(" in line \\d+", "");
    }

    private void count(String source, String what) {
        bySource.computeIfAbsent(source, it -> new TreeMap<>()).merge(what, 1, Integer::sum);
    }

    private static String source(Path file) {
        return folder().relativize(file).getName(0).toString();
    }

    private static Path folder() {
        return Path.of(System.getProperty("corpus"), "hl7v2");
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder())) {
            return files.filter(Files::isRegularFile)
                    .filter(CorpusIT::holdsMessages)
                    .sorted()
                    .toList();
        }
    }

    private static boolean holdsMessages(Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            return BatchFile.read(content).isWhole()
                    || MessageHeader.read(content).isPresent();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
