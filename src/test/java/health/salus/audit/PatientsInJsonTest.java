package health.salus.audit;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import static org.assertj.core.api.Assertions.assertThat;

class PatientsInJsonTest {

    private final PatientsInJson patients = new PatientsInJson(PatientsOf.R4);

    @Test
    void patientsOfAllOfficialExamplesAreThoseOfTheirObjects() throws IOException {
        FhirContext context = FhirContext.forR4Cached();
        Set<String> typesWithPatients = new HashSet<>();
        InputStream file =
                Objects.requireNonNull(PatientsInJsonTest.class.getResourceAsStream("/fhir/r4-examples.zip"));
        try (ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String json = new String(zip.readAllBytes(), StandardCharsets.UTF_8);
                if (entry.getName().equals("package.json") || !json.contains("\"resourceType\"")) {
                    continue;
                }
                IBaseResource resource = context.newJsonParser().parseResource(json);
                String id = resource.getIdElement().getIdPart();
                Set<String> expected = PatientsOf.R4.patients(resource);
                assertThat(patients.of(resource.fhirType(), id == null ? "none" : id, json))
                        .as(entry.getName())
                        .isEqualTo(expected);
                if (!expected.isEmpty()) {
                    typesWithPatients.add(resource.fhirType());
                }
            }
        }
        assertThat(typesWithPatients).hasSizeGreaterThan(40);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'resourceType':'Observation','subject':{'reference':'Patient/a'},'focus':[{'reference':'Patient/b'}]}|a",
                "{'resourceType':'Observation','subject':{'reference':'http://x.example/fhir/Patient/a/_history/2'}}|a",
                "{'resourceType':'Observation','subject':{'reference':'Group/a'}}|",
                "{'resourceType':'Observation','subject':{'reference':'#a','extension':[{'subject':{'reference':'Patient/b'}}]}}|",
                "{'resourceType':'Observation','contained':[{'subject':{'reference':'Patient/b'}}],'subject':{'display':'x'}}|",
                "{'resourceType':'Observation','_subject':{'reference':'Patient/b'}}|"
            })
    void onlyReferencesAtTheirPlacesCount(String json, String expected) {
        assertThat(patients.of("Observation", "o", json.replace('\'', '"')))
                .isEqualTo(expected == null ? Set.of() : Set.of(expected));
    }
}
