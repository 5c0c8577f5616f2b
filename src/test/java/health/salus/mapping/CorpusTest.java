package health.salus.mapping;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

/** Real messages of other projects, where {@code -Dcorpus=} names a folder that holds an {@code hl7v2} folder of them. */
@EnabledIfSystemProperty(named = "corpus", matches = ".+")
class CorpusTest {

    @Test
    void everyResultMessageIsMappedOrRejectedWithReasons() throws IOException {
        List<MappingResult> results = new ArrayList<>();
        for (Path file : messages()) {
            results.add(mapTwice(Files.readAllBytes(file)));
        }
        report(results);
        assertThat(results).isNotEmpty();
    }

    private static MappingResult mapTwice(byte[] message) {
        MappingResult result = OruMapping.MAPPINGS.map(message, OruMapping.LAB);
        MappingResult again = OruMapping.MAPPINGS.map(message, OruMapping.LAB);
        if (result instanceof Mapped mapped) {
            assertThat(((Mapped) again).transaction().equalsDeep(mapped.transaction()))
                    .isTrue();
        } else {
            assertThat(((Rejected) result).reasons()).isNotEmpty().isEqualTo(((Rejected) again).reasons());
        }
        return result;
    }

    private static List<Path> messages() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("corpus"), "hl7v2"))) {
            return files.filter(Files::isRegularFile)
                    .filter(CorpusTest::isResult)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isResult(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            String header = text.split("[\r\n]", 2)[0];
            return header.contains("MSH|") && header.contains("|ORU^R01");
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static void report(List<MappingResult> results) {
        System.out.println("Messages: " + results.size());
        print(results.stream().filter(Rejected.class::isInstance).flatMap(it -> ((Rejected) it).reasons().stream()));
        print(results.stream().filter(Mapped.class::isInstance).flatMap(it -> ((Mapped) it).warnings().stream()));
        print(results.stream()
                .filter(Mapped.class::isInstance)
                .flatMap(it -> ((Mapped) it).transaction().getEntry().stream())
                .map(it -> "resource " + it.getResource().fhirType()));
        print(results.stream().map(it -> it.getClass().getSimpleName()));
    }

    private static void print(Stream<String> findings) {
        Map<String, Long> counts = findings.map(it -> it.replaceAll("in line \\d+", "in line n"))
                .collect(groupingBy(it -> it, TreeMap::new, counting()));
        counts.forEach((finding, count) -> System.out.println(count + "\t" + finding));
    }
}
