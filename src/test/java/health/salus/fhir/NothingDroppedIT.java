package health.salus.fhir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** What arrives comes back, or is refused: https://hl7.org/fhir/R4/json.html. */
class NothingDroppedIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EXTENSION =
            "{\"extension\":[{\"url\":\"https://example.org/e\",\"valueString\":\"v\"}]}";
    private static final String ID_AND_EXTENSION = EXTENSION.replaceFirst("\\{", "{\"id\":\"e1\",");

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @Test
    void whatIsSaidAboutPrimitivesComesBack() throws IOException {
        comesBack("\"name\":[{\"family\":\"F\",\"_given\":[" + EXTENSION + "]}]", "given");
        comesBack("\"name\":[{\"given\":[null,\"B\"],\"_given\":[" + EXTENSION + ",null]}]", "");
        comesBack("\"name\":[{\"given\":[\"A\",null],\"_given\":[null," + EXTENSION + "]}]", "");
        comesBack("\"_birthDate\":" + EXTENSION, "");
        comesBack("\"gender\":\"male\",\"_gender\":" + ID_AND_EXTENSION, "");
        comesBack("\"name\":[{\"id\":\"n1\",\"_family\":" + ID_AND_EXTENSION + "}]", "");
        comesBack("\"extension\":[{\"url\":\"https://example.org/x\",\"_valueDate\":" + EXTENSION + "}]", "");
    }

    @Test
    void decimalsKeepTheirDigits() throws IOException {
        comesBack("\"extension\":[{\"url\":\"https://example.org/x\",\"valueDecimal\":1.00}]", "");
        comesBack(
                "\"_gender\":" + EXTENSION
                        + ",\"extension\":[{\"url\":\"https://example.org/x\",\"valueDecimal\":0.010}]",
                "");
        comesBack(
                "\"extension\":[{\"url\":\"https://example.org/x\",\"valueDecimal\":12345678901234567890.123456789}]",
                "");
    }

    @Test
    void metadataComesBack() throws IOException {
        comesBack("""
                "meta":{"id":"m","extension":[{"url":"https://example.org/e","valueString":"v"}],"source":"https://example.org",
                  "profile":["https://example.org/p"],"security":[{"system":"https://example.org/s","version":"v","code":"c",
                  "display":"d","userSelected":true}],"tag":[{"extension":[{"url":"https://example.org/e","valueString":"v"}],
                  "system":"https://example.org/t","code":"c"}]},"implicitRules":"https://example.org/r","language":"de",
                "contained":[{"resourceType":"Organization","id":"o","name":"nobody refers to me"}]
                """, "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"gender\":\"male\",\"_gender\":{\"id\":\"g1\"}",
                "\"_gender\":{\"id\":\"g1\"}",
                "\"name\":[{\"given\":[\"A\"],\"_given\":[{\"id\":\"g1\"}]}]",
                "\"name\":[{\"given\":[\"A\"],\"_given\":{\"id\":\"g1\"}}]",
                "\"name\":[{\"given\":[null,\"B\"]}]",
                "\"name\":[{\"_given\":[null,{\"extension\":[{\"url\":\"https://example.org\",\"valueCode\":\"v\"}]}]}]",
                "\"shoeSize\":42",
                "\"contact\":[{\"shoeSize\":42}]",
                "\"gender\":\"male\",\"gender\":\"female\"",
                "\"gender\":\"sideways\"",
                "\"active\":true,\"birthDate\":\"yesterday\"",
                "\"name\":[{\"family\":\"a\\ud800b\"}]",
                "\"name\":[{\"family\":\"a\\udc00b\"}]",
                "\"name\":[{\"family\":\"a\\u0000b\"}]",
                "\"maritalStatus\":\"M\"",
                "\"name\":\"Muster\"",
                "\"name\":[5]",
                "\"name\":[[\"Muster\"]]",
                "\"identifier\":\"MRN-1\"",
                "\"managingOrganization\":\"Organization/1\"",
                "\"generalPractitioner\":[\"Practitioner/1\"]",
                "\"name\":[{\"family\":\"a\\u0001b\"}]",
                "\"name\":[{\"family\":\"a\\fb\"}]",
            })
    void whatCannotBeKeptIsRefused(String elements) {
        Answer answer = post(patient(elements).getBytes(StandardCharsets.UTF_8), "application/fhir+json");

        assertThat(answer.status()).as(answer.text()).isIn(400, 422);
        assertThat(answer.diagnostics()).isNotBlank();
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        byte[] body = patient("\"name\":[{\"family\":\"M\u00fcller\"}]").getBytes(StandardCharsets.ISO_8859_1);

        assertThat(post(body, "application/fhir+json").status()).isEqualTo(400);
    }

    @Test
    void pairsOfSurrogatesAreCharacters() throws IOException {
        comesBack("\"name\":[{\"family\":\"\\ud83d\\ude00 \u00fc\"}]", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"resourceType\":\"Patient\",\"extension\":[{\"valueString\":\"a\"}]}",
                "{\"resourceType\":\"Patient\",\"_birthDate\":{\"extension\":[{\"valueString\":\"a\"}]}}",
            })
    void extensionWithoutAUrlIsNoFault(String patient) {
        assertThat(post(patient.getBytes(StandardCharsets.UTF_8), "application/fhir+json")
                        .status())
                .isLessThan(500);
    }

    @Test
    void depthIsRefusedAndNoFault() {
        String extensions = "{\"extension\":[".repeat(3000) + "{}" + "]}".repeat(3000);
        for (String body :
                List.of("[".repeat(100_000), "{\"resourceType\":\"Patient\",\"_gender\":" + extensions + "}")) {
            assertThat(post(body.getBytes(StandardCharsets.UTF_8), "application/fhir+json")
                            .status())
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<Patient xmlns=\"http://hl7.org/fhir\"><gender id=\"g1\" value=\"male\"/></Patient>",
                "<Patient xmlns=\"http://hl7.org/fhir\"><shoeSize value=\"42\"/></Patient>",
                "<Patient xmlns=\"http://hl7.org/fhir\"><extension url=\"u\"><valueDecimal value=\"1e9999999\"/></extension></Patient>",
                "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                        + "<Patient xmlns=\"http://hl7.org/fhir\"><name><family value=\"&x;\"/></name></Patient>",
            })
    void theSameHoldsForXml(String xml) {
        Answer answer = post(xml.getBytes(StandardCharsets.UTF_8), "application/fhir+xml");

        assertThat(answer.status()).as(answer.text()).isIn(400, 422);
    }

    /** Stores a patient and reads it again; one member may come back although the sender left it out, full of nulls. */
    private void comesBack(String elements, String placeholder) throws IOException {
        String sent = patient(elements);
        Answer answer = post(sent.getBytes(StandardCharsets.UTF_8), "application/fhir+json");
        assertThat(answer.status()).as(sent + answer.text()).isEqualTo(201);
        String path = answer.header("Location").replaceFirst("/_history/.*", "");

        assertThat(shown(JSON.readTree(client.get(path).body()), placeholder))
                .isEqualTo(shown(JSON.readTree(sent), ""));
    }

    private static JsonNode shown(JsonNode resource, String placeholder) {
        ObjectNode shown = (ObjectNode) resource;
        shown.remove("id");
        if (shown.get("meta") instanceof ObjectNode meta) {
            meta.remove(Set.of("versionId", "lastUpdated"));
            if (meta.isEmpty()) {
                shown.remove("meta");
            }
        }
        if (!placeholder.isEmpty()) {
            shown.path("name").forEach(name -> ((ObjectNode) name).remove(placeholder));
        }
        return shown;
    }

    private static String patient(String elements) {
        return "{\"resourceType\":\"Patient\"," + elements + "}";
    }

    private Answer post(byte[] body, String type) {
        return client.send("POST", "/Patient", BodyPublishers.ofByteArray(body), "Content-Type", type);
    }
}
