package health.salus.mapping;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The schemas that editors use agree with the mappings: what is right is not underlined, and a slip is. */
class MappingSchemaTest {

    private static final Path MAPPINGS = Path.of("hl7-mappings");
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);

    @ParameterizedTest
    @MethodSource("mappings")
    void everyMappingNamesItsSchemaAndFollowsIt(Path mapping) throws IOException {
        String kind = kind(mapping);
        String text = Files.readString(mapping);

        assertThat(text).startsWith("# yaml-language-server: $schema=../schemas/" + kind + ".json\n");
        assertThat(mistakes(kind, text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            segments/OBX.yaml       | write: update       | write: replace
            segments/OBX.yaml       | write: update       | writes: update
            segments/OBX.yaml       | only: status        | just: status
            segments/OBX.yaml       | type: Observation   | kind: Observation
            segments/OBX.yaml       | is: concept(OBX-11  | was: concept(OBX-11
            segments/PID.yaml       | set:                | sets:
            messages/ORU_R01.yaml   | per:                | for:
            messages/ORU_R01.yaml   | structure: ORU_R01  | structures: ORU_R01
            messages/ORU_R01.yaml   | use: OBX.Observ     | use: OBX-Observ
            messages/ORU_R01.yaml   | message:            | message: ORU_R01 #
            structures/ORU_R01.yaml | starts:             | start:
            structures/ORU_R01.yaml | groups:             | group:
            """)
    void slipIsRefused(String file, String right, String wrong) throws IOException {
        Path mapping = MAPPINGS.resolve(file);
        String text = Files.readString(mapping);
        assertThat(text).contains(right);

        assertThat(mistakes(kind(mapping), text.replaceFirst(Pattern.quote(right), wrong)))
                .isNotEmpty();
    }

    private static List<Path> mappings() throws IOException {
        try (Stream<Path> files = Files.walk(MAPPINGS, 2)) {
            return files.filter(it -> it.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    /** The schema of the folder {@code segments} is {@code segment.json}. */
    private static String kind(Path mapping) {
        return mapping.getName(1).toString().replaceFirst("s$", "");
    }

    private static List<String> mistakes(String kind, String yaml) throws IOException {
        Schema schema = SCHEMAS.getSchema(Files.readString(MAPPINGS.resolve("schemas/" + kind + ".json")));
        return schema.validate(yaml, InputFormat.YAML).stream()
                .map(Object::toString)
                .toList();
    }
}
