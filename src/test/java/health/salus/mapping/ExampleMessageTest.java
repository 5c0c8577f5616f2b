package health.salus.mapping;

import ca.uhn.fhir.context.FhirContext;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** The example that the project shows to newcomers, and the transaction it becomes. */
class ExampleMessageTest {

    private static final Path EXPECTED = Path.of("src/test/resources/hl7v2/ORU_R01.expected.json");

    @Test
    void exampleBecomesTheTransactionThatStandsBesideIt() throws Exception {
        Mapped mapped = OruMapping.mapped(OruMapping.read("hl7-mappings/examples/ORU_R01.hl7"));
        String json = FhirContext.forR4Cached()
                .newJsonParser()
                .setPrettyPrint(true)
                .encodeResourceToString(mapped.transaction());
        // Run once with -Dgolden.write=true after a wanted change, and read the difference.
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(EXPECTED, json + "\n");
        }
        assertThat(json).isEqualToIgnoringNewLines(Files.readString(EXPECTED).strip());
        assertThat(mapped.warnings()).isEmpty();
    }
}
