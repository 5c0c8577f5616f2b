package health.salus.fhir;

import ca.uhn.fhir.rest.server.RestfulServer;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.http.HttpRequest.BodyPublishers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A read is answered out of the stored text, and the answer is, to the byte, the encoding of the object. Which road was taken
 * shows in a space that no encoder writes, put into the stored text.
 */
class SplicedReadsIT {

    private static final String JSON = "application/fhir+json";
    private static final String WITHOUT_SPACE = "\"active\":true";
    private static final String WITH_SPACE = "\"active\": true";

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final EncodedAnswers encoded = new EncodedAnswers(server);

    @AfterEach
    void stopEncoding() {
        encoded.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"resourceType\":\"Patient\"}",
                "{\"resourceType\":\"Patient\",\"meta\":{\"versionId\":\"7\",\"lastUpdated\":\"2001-02-03T04:05:06Z\","
                        + "\"source\":\"urn:odd:\\\"source\\\"#part\",\"profile\":[\"http://z.example/p\","
                        + "\"http://a.example/p\"],\"security\":[{\"system\":\"urn:s\",\"code\":\"z\",\"display\":\"}{\\\"\"},"
                        + "{\"system\":\"urn:s\",\"code\":\"a\"}],\"tag\":[{\"system\":\"urn:t\",\"code\":\"z\"},"
                        + "{\"system\":\"urn:t\",\"code\":\"a\",\"userSelected\":true}]},\"active\":true}",
                "{\"resourceType\":\"Patient\",\"meta\":{\"id\":\"m\",\"extension\":[{\"url\":\"http://x\","
                        + "\"valueString\":\"y\"}]},\"implicitRules\":\"http://rules.example\",\"language\":\"ar\"}",
                "{\"resourceType\":\"Patient\",\"_active\":{\"id\":\"a\"},\"active\":true,\"name\":[{\"id\":\"n\","
                        + "\"given\":[\"A\",null,\"C\"],\"_given\":[{\"id\":\"g\"},{\"id\":\"h\",\"extension\":[{\"url\":"
                        + "\"http://x\",\"valueCode\":\"masked\"}]},null]}],\"_birthDate\":{\"id\":\"b\",\"extension\":"
                        + "[{\"url\":\"http://x\",\"valueCode\":\"unknown\"}]}}",
                "{\"resourceType\":\"Patient\",\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\",\"meta\":"
                        + "{\"tag\":[{\"code\":\"inside\"}]},\"name\":\"O\"}],\"managingOrganization\":{\"reference\":\"#o\"}}",
                "{\"resourceType\":\"Patient\",\"photo\":[{\"contentType\":\"text/plain\",\"data\":\"c2FsdXM=\"},"
                        + "{\"url\":\"http://elsewhere.example/Binary/1\"}]}",
                "{\"resourceType\":\"Patient\",\"contained\":[{\"resourceType\":\"Binary\",\"id\":\"b\",\"contentType\":"
                        + "\"text/plain\",\"data\":\"c2FsdXM=\"}],\"extension\":[{\"url\":\"http://x\",\"valueReference\":"
                        + "{\"reference\":\"#b\"}}]}",
                "{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns="
                        + "\\\"http://www.w3.org/1999/xhtml\\\" title=\\\"\\\">a &amp; b&#160;<!-- c --><br/></div>\"}}",
                "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"\\u0645 \\\"<&>\\\" \\\\ / \\t\\n \\ud83d\\ude00\"}]}",
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"c\"},\"valueQuantity\":"
                        + "{\"value\":1.00},\"effectiveDateTime\":\"2026-01-02T03:04:05.1+14:00\"}",
                "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"fullUrl\":\"urn:uuid:"
                        + "0b0e5f9e-63a5-4b6a-8a5e-2d6a3f1f7f09\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\","
                        + "\"active\":true}}]}",
                "{\"resourceType\":\"Parameters\",\"id\":\"p\",\"parameter\":[{\"name\":\"n\",\"resource\":{"
                        + "\"resourceType\":\"Patient\",\"id\":\"p\",\"active\":true}}]}",
            })
    void answersAreTheEncodingOfTheObject(String json) {
        String type = json.replaceAll("^\\{\"resourceType\":\"([A-Za-z]+)\".*", "$1");
        Answer created = client.send("POST", "/" + type, BodyPublishers.ofString(json), "Content-Type", JSON);
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        IdType id = new IdType(created.header("Location")).toUnqualified();

        isEncoding(id.toVersionless().getValue());
        isEncoding(id.getValue());
    }

    @Test
    void referencesBelowTheServersOwnAddressAreShortened() {
        Patient patient = client.create(Records.patient("Adresse"));
        String own = server.fhirBase() + "/"
                + patient.getIdElement().toUnqualifiedVersionless().getValue();
        IdType id = client.create(Records.observation(own)).getIdElement().toUnqualifiedVersionless();

        assertThat(isEncoding(id.getValue())).contains("\"reference\":\"Patient/");
    }

    @Test
    void readsOfEitherKindAreSpliced() {
        String path = marked("Gespleisst");

        assertThat(client.get(path).text()).contains(WITH_SPACE);
        assertThat(client.get(path + "/_history/1").text()).contains(WITH_SPACE);
        assertThat(client.get(path + "?_format=json").text()).contains(WITH_SPACE);
        assertThat(client.get(path).header("ETag")).isEqualTo("W/\"1\"");
        assertThat(client.get(path).header("Last-Modified")).endsWith("GMT");
        assertThat(client.get(path).header("Content-Type")).isEqualTo("application/fhir+json;charset=UTF-8");
        assertThat(client.get(path, "If-None-Match", "W/\"1\"").status()).isEqualTo(304);
        assertThat(client.get(path, "If-Modified-Since", client.get(path).header("Last-Modified"))
                        .status())
                .isEqualTo(304);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_pretty=true",
                "_elements=active",
                "_elements:exclude=name",
                "_summary=true",
                "_summary=data",
                "_summary=text",
                "_format=xml",
                "_format=text/turtle"
            })
    void whatIsWantedInAnotherFormIsEncoded(String query) {
        String path = marked("Andersform");

        Answer answer = client.get(path + "?" + query);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain(WITH_SPACE + ",\"name\"");
    }

    @Test
    void answersThatAreChangedOnTheWayAreEncoded() {
        String path = marked("Geaendert");
        ChangingHook hook = new ChangingHook();
        server.bean(RestfulServer.class).registerInterceptor(hook);
        try {
            assertThat(client.get(path + "?_format=json").text())
                    .contains("Ersetzt")
                    .doesNotContain(WITH_SPACE);
        } finally {
            server.bean(RestfulServer.class).unregisterInterceptor(hook);
        }
    }

    private String marked(String name) {
        Patient patient = client.create(Records.patient(name).setActive(true));
        IdType id = patient.getIdElement();
        int changed = server.bean(JdbcClient.class)
                .sql("UPDATE hfj_res_ver v SET res_text_vc = replace(res_text_vc, :old, :new) FROM hfj_resource r"
                        + " WHERE r.res_id = v.res_id AND r.fhir_id = :id AND res_text_vc LIKE '%' || :old || '%'")
                .param("old", WITHOUT_SPACE)
                .param("new", WITH_SPACE)
                .param("id", id.getIdPart())
                .update();
        assertThat(changed).isEqualTo(1);
        return "/" + id.toUnqualifiedVersionless().getValue();
    }

    private String isEncoding(String path) {
        String answer = client.get("/" + path).text();
        assertThat(client.get("/" + path + "?_format=json").text()).isEqualTo(answer);
        assertThat(answer).isEqualTo(encoded.of(path));
        return answer;
    }
}
