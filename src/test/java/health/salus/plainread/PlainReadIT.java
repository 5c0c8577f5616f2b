package health.salus.plainread;

import health.salus.audit.RecordedRequests;
import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The short road answers as the long one does and records the same. A header that no part of the server knows makes a request
 * take the long one.
 */
class PlainReadIT {

    private static final String LONG_WAY = "X-Unknown-To-All";

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final TestTokens tokens = new TestTokens(server);
    private IdType patient;
    private IdType observation;

    @BeforeEach
    void createRecord() {
        Patient created = client.create(Records.patient("Kurz"));
        patient = created.getIdElement().toUnqualifiedVersionless();
        observation = client.create(Records.observation(patient.getValue()))
                .getIdElement()
                .toUnqualified();
    }

    @Test
    void answersAndRecordsAreThoseOfTheLongRoad() throws Exception {
        String[] paths = {
            "/" + patient.getValue(),
            "/" + patient.getValue() + "/_history/1",
            "/" + observation.toVersionless().getValue(),
            "/" + observation.getValue()
        };
        for (String path : paths) {
            for (String[] headers : new String[][] {
                {},
                {"Accept", "application/fhir+json"},
                {"Accept", "*/*"},
                {"Accept-Encoding", "gzip, deflate"},
                {"Accept-Encoding", "identity, gzip;q=0"}
            }) {
                long before = plainReads();
                Answer shortly = client.get(path, headers);
                assertThat(plainReads()).as(path).isEqualTo(before + 1);
                Answer longly = client.get(path, with(headers, LONG_WAY, "1"));
                assertThat(plainReads()).isEqualTo(before + 1);

                assertThat(shortly.status()).isEqualTo(longly.status()).isEqualTo(200);
                assertThat(text(shortly)).isEqualTo(text(longly));
                assertThat(headers(shortly)).isEqualTo(headers(longly));
                assertThat(recorded(shortly)).isEqualTo(recorded(longly));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?_format=json",
                "?_elements=id",
                "?_summary=true",
                "/_history",
                "/_history/2",
                "/_history/0",
                "/_history/01",
                "/$meta",
                "/",
                "x"
            })
    void everythingElseTakesTheLongRoad(String rest) {
        long before = plainReads();

        client.get("/" + patient.getValue() + rest);

        assertThat(plainReads()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-None-Match|W/\"1\"|304",
                "If-Modified-Since|Fri, 02 Jan 2099 10:30:00 GMT|304",
                "Accept|application/fhir+xml|200",
                "Accept|image/png|406",
                "Origin|https://app.example|403",
                "Cache-Control|no-cache|200"
            })
    void requestsThatSayMoreTakeTheLongRoad(String name, String value, int status) {
        long before = plainReads();

        assertThat(client.get("/" + patient.getValue(), name, value).status()).isEqualTo(status);

        assertThat(plainReads()).isEqualTo(before);
    }

    @Test
    void whoMayNotReadEverythingOfTheTypeTakesTheLongRoad() {
        long before = plainReads();
        String path = "/" + patient.getValue();

        assertThat(FhirClient.anonymous(server.fhirBase()).get(path).status()).isEqualTo(401);
        assertThat(with("no.such.token").get(path).status()).isEqualTo(401);
        assertThat(with(tokens.of(Role.SYSTEM, null, "system/Observation.rs"))
                        .get(path)
                        .status())
                .isEqualTo(403);
        assertThat(with(tokens.of(Role.SYSTEM, null, "system/Patient.s"))
                        .get(path)
                        .status())
                .isEqualTo(403);
        assertThat(with(tokens.of(Role.SYSTEM, null, "system/Patient.rs?gender=unknown"))
                        .get(path)
                        .status())
                .isEqualTo(404);
        assertThat(with(tokens.of(Role.PATIENT, patient.getIdPart(), "patient/*.rs"))
                        .get(path)
                        .status())
                .isEqualTo(200);

        assertThat(plainReads()).isEqualTo(before);
    }

    @Test
    void whatIsGoneOrChangedIsSeenAtOnce() {
        String path = "/" + patient.getValue();
        Patient changed = client.get(path).resource(Patient.class);
        client.put(path, changed.setActive(true));

        assertThat(client.get(path).resource(Patient.class).getActive()).isTrue();
        assertThat(client.get(path + "/_history/1").resource(Patient.class).hasActive())
                .isFalse();

        String other = "/" + observation.toVersionless().getValue();
        client.delete(other);
        assertThat(client.get(other).status()).isEqualTo(410);
    }

    @Test
    void resourcesOfAnotherTenantAreNotThere() {
        String base = server.fhirBase() + "/north";
        FhirClient north = FhirClient.withToken(base, tokens.ofTenant("north", Role.SYSTEM, "system/*.cruds"));
        String own = north.create(Records.patient("Nord")).getIdElement().getIdPart();
        long before = plainReads();

        assertThat(north.get("/Patient/" + own).text()).contains("Nord");
        assertThat(plainReads()).isEqualTo(before + 1);
        assertThat(north.get("/" + patient.getValue()).status()).isEqualTo(404);
        assertThat(client.get("/Patient/" + own).status()).isEqualTo(404);
        assertThat(client.get(base + "/Patient/" + own).status()).isEqualTo(401);
        assertThat(plainReads()).isEqualTo(before + 1);
    }

    @Test
    void disabledTenantIsGone() {
        TenantId closed = new TenantId("closed");
        server.bean(Tenants.class).create(closed);
        FhirClient client = FhirClient.withToken(
                server.fhirBase() + "/closed", tokens.ofTenant("closed", Role.SYSTEM, "system/*.cruds"));
        String path = "/Patient/"
                + client.create(Records.patient("Zu")).getIdElement().getIdPart();
        assertThat(client.get(path).status()).isEqualTo(200);

        server.bean(Tenants.class).setEnabled(closed, false);

        Answer answer = client.get(path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        assertThat(answer.diagnostics()).isEqualTo("Unknown tenant");
    }

    private FhirClient with(String token) {
        return FhirClient.withToken(server.fhirBase(), token);
    }

    private long plainReads() {
        return (long) server.bean(MeterRegistry.class)
                .counter("salus.fhir.plain.reads")
                .count();
    }

    private static String[] with(String[] headers, String name, String value) {
        String[] more = Arrays.copyOf(headers, headers.length + 2);
        more[headers.length] = name;
        more[headers.length + 1] = value;
        return more;
    }

    private static String text(Answer answer) throws IOException {
        if (!"gzip".equals(answer.header("Content-Encoding"))) {
            return answer.text();
        }
        return new String(
                new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> headers(Answer answer) {
        Map<String, Object> headers = new TreeMap<>(answer.response().headers().map());
        headers.keySet()
                .removeAll(List.of(
                        "date", "x-request-id", "content-length", "transfer-encoding", "connection", "keep-alive"));
        return headers;
    }

    private String recorded(Answer answer) {
        String id = answer.header("X-Request-ID");
        return new RecordedRequests(server).of(id).replace(id, "").replaceAll("\"(time|at|recorded)\":\"[^\"]+\"", "");
    }
}
