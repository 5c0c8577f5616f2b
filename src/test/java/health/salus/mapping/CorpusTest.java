package health.salus.mapping;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real messages of other projects, where {@code -Dcorpus=} names a folder that holds an {@code hl7v2} folder of them: how
 * many are mapped, why the others are not, and how many of their values are found again in FHIR.
 */
@EnabledIfSystemProperty(named = "corpus", matches = ".+")
class CorpusTest {

    private final Map<String, int[]> bySource = new TreeMap<>();
    private final CorpusValues values = new CorpusValues();
    private final Map<String, Integer> reasons = new TreeMap<>();

    @Test
    void everyMessageIsMappedOrRejectedWithReasonsAndEveryResultKeepsItsValue() throws IOException {
        for (Path file : messages()) {
            add(file);
        }
        CorpusValues.print("messages: mapped, all", bySource);
        reasons.forEach((reason, count) -> System.out.println(count + "\t" + reason));
        values.print();
        assertThat(bySource).isNotEmpty();
        assertThat(values.byValueType().values())
                .allSatisfy(count -> assertThat(count[0]).isEqualTo(count[1]));
    }

    private void add(Path file) throws IOException {
        byte[] message = Files.readAllBytes(file);
        MappingResult result = OruMapping.MAPPINGS.map(message, OruMapping.LAB);
        MappingResult again = OruMapping.MAPPINGS.map(message, OruMapping.LAB);
        String source = Path.of(System.getProperty("corpus"), "hl7v2")
                .relativize(file)
                .getName(0)
                .toString();
        CorpusValues.count(bySource, source, result instanceof Mapped);
        if (result instanceof Mapped mapped) {
            assertThat(((Mapped) again).transaction().equalsDeep(mapped.transaction()))
                    .isTrue();
            values.add(message, OruMapping.LAB, mapped.transaction());
        } else {
            assertThat(((Rejected) result).reasons()).isNotEmpty().isEqualTo(((Rejected) again).reasons());
            ((Rejected) result)
                    .reasons()
                    .forEach(it -> reasons.merge(source + ": " + it.replaceAll(" in line \\d+", ""), 1, Integer::sum));
        }
    }

    private static List<Path> messages() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("corpus"), "hl7v2"))) {
            return files.filter(Files::isRegularFile)
                    .filter(CorpusTest::isMessage)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isMessage(Path file) {
        try {
            String start = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).stripLeading();
            return start.startsWith("MSH") || start.startsWith("\u00EF\u00BB\u00BFMSH");
        } catch (IOException unreadable) {
            return false;
        }
    }
}
