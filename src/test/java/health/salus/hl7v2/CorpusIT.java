package health.salus.hl7v2;

import health.salus.fhir.ResourceWriter;
import health.salus.fhir.WriteOrigin;
import health.salus.mapping.Feed;
import health.salus.mapping.Mapped;
import health.salus.mapping.MappingResult;
import health.salus.tenant.TenantId;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** What the mapping makes of real messages is written to the real store, twice. See {@code -Dcorpus=} in CorpusTest. */
@EnabledIfSystemProperty(named = "corpus", matches = ".+")
class CorpusIT {

    private static final Feed FEED = new Feed("corpus", ZoneId.of("Europe/Berlin"));

    private final TestServer server = TestServer.shared();
    private final ResourceWriter writer = server.bean(ResourceWriter.class);

    @Test
    void storeTakesEveryTransactionAndMakesNoNewVersionTheSecondTime() throws IOException {
        Map<Path, String> faults = new TreeMap<>();
        int written = 0;
        for (Path file : messages()) {
            MappingResult result = Laboratory.MAPPINGS.map(Files.readAllBytes(file), FEED);
            if (result instanceof Mapped) {
                written++;
                writeTwice(file, faults);
            }
        }
        System.out.println("Transactions: " + written);
        assertThat(written).isPositive();
        assertThat(faults).isEmpty();
    }

    private void writeTwice(Path file, Map<Path, String> faults) throws IOException {
        try {
            List<String> first = write(Files.readAllBytes(file));
            List<String> second = write(Files.readAllBytes(file));
            if (!first.equals(second)) {
                faults.put(file, first + " became " + second);
            }
        } catch (RuntimeException refused) {
            faults.put(file, String.valueOf(refused));
        }
    }

    /** Returns the places of the resources with their versions. */
    private List<String> write(byte[] message) {
        Bundle transaction = ((Mapped) Laboratory.MAPPINGS.map(message, FEED)).transaction();
        return writer.transaction(new WriteOrigin(TenantId.DEFAULT, "hl7v2:corpus"), transaction).getEntry().stream()
                .map(it -> it.getResponse().getLocation())
                .toList();
    }

    private static List<Path> messages() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("corpus"), "hl7v2"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> MessageHeader.read(read(file)).isPresent())
                    .sorted()
                    .toList();
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
