package health.salus.fhir;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
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

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
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
    void idsOfPrimitivesComeBack() throws IOException {
        comesBack("\"gender\":\"male\",\"_gender\":{\"id\":\"g1\"}", "");
        comesBack("\"_gender\":{\"id\":\"g1\"}", "");
        comesBack("\"name\":[{\"given\":[\"A\",\"B\"],\"_given\":[{\"id\":\"g1\"},null]}]", "");
        comesBack("\"name\":[{\"given\":[\"A\",\"B\"],\"_given\":[{\"id\":\"g1\"}," + ID_AND_EXTENSION + "]}]", "");
        comesBack("\"extension\":[{\"url\":\"u:x\",\"valueCode\":\"a\",\"_valueCode\":{\"id\":\"c1\"}}]", "");
        comesBack("\"extension\":[{\"url\":\"u:x\",\"valueCode\":\"a\",\"_valueCode\":" + ID_AND_EXTENSION + "}]", "");
        comesBack(
                "\"birthDate\":\"2020-02\",\"_birthDate\":{\"id\":\"b1\"},\"active\":true,\"_active\":{\"id\":\"a1\"}",
                "");
        comesBack("\"extension\":[{\"url\":\"u:x\",\"valueDecimal\":1.50,\"_valueDecimal\":{\"id\":\"d1\"}}]", "");
    }

    @Test
    void idsOfPrimitivesComeBackAsXmlAndFromXml() throws IOException {
        String xml = "<Patient xmlns=\"http://hl7.org/fhir\"><gender id=\"g1\" value=\"male\"/></Patient>";
        Answer created = post(xml.getBytes(StandardCharsets.UTF_8), "application/fhir+xml");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        String path = created.header("Location").replaceFirst("/_history/.*", "");

        assertThat(JSON.readTree(client.get(path).body()).at("/_gender/id").asText())
                .isEqualTo("g1");
        assertThat(client.get(path, "Accept", "application/fhir+xml").text())
                .contains("<gender id=\"g1\" value=\"male\"/>");
    }

    @Test
    void narrativesKeepEmptyAttributesAndComments() throws IOException {
        String div =
                "<div xmlns=\"http://www.w3.org/1999/xhtml\"><!--a  b--><img alt=\"\"/><p>1 &lt; 2 &amp; \ud83d\ude00</p></div>";
        comesBack("\"text\":{\"status\":\"generated\",\"div\":" + JSON.writeValueAsString(div) + "}", "");
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
                "\"name\":[{\"family\":\"\"}]",
                "\"name\":[{\"family\":\" \"}]",
                "\"name\":[]",
                "\"name\":[{}]",
                "\"extension\":[{\"url\":\"https://example.org\",\"valueCode\":\"a\",\"valueString\":\"b\"}]",
                "\"extension\":[{\"url\":\"https://example.org\",\"extension\":[{\"url\":\"x\",\"valueCode\":\"a\",\"_valueId\":{\"id\":\"b\"}}]}]",
            })
    void whatCannotBeKeptIsRefused(String elements) {
        Answer answer = post(patient(elements).getBytes(StandardCharsets.UTF_8), "application/fhir+json");

        assertThat(answer.status()).as(answer.text()).isIn(400, 422);
        assertThat(answer.diagnostics()).isNotBlank();
    }

    @Test
    void patchWithAControlCharacterIsRefused() {
        String path = post(patient("\"gender\":\"male\"").getBytes(StandardCharsets.UTF_8), "application/fhir+json")
                .header("Location")
                .replaceFirst("/_history/.*", "");

        Answer answer = client.send(
                "PATCH",
                path,
                BodyPublishers.ofString("[{\"op\":\"add\",\"path\":\"/language\",\"value\":\"a\\u0001b\"}]"),
                "Content-Type",
                "application/json-patch+json");

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
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
                "<Patient><gender value=\"male\"/></Patient>",
                "<Patient xmlns=\"urn:hl7-org:v3\"><gender value=\"male\"/></Patient>",
                "<Patient xmlns=\"http://hl7.org/fhir\"><extension url=\"u\"><valueCode value=\"a\"/><valueId value=\"b\"/></extension></Patient>",
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
