package health.salus.smart;

import health.salus.tenant.AccessPolicy;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;

import static health.salus.smart.TwoRecords.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** In an emergency a practitioner opens a record: to read, for a while, with a reason, and not unseen. */
class BreakGlassIT {

    private static final TestServer SERVER = TestServer.shared();
    private static final TenantId TENANT = new TenantId("emergency");
    private static final String REASON = "\"reason\":\"Unconscious in the emergency room\"";

    private static TokenSource tokens;
    private static FhirClient staff;

    private final String name = "doctor-" + UUID.randomUUID();
    private final FhirClient doctor = client(Role.PRACTITIONER, name, "user/*.cruds");
    private final FhirClient api = api(Role.PRACTITIONER, name);
    private final FhirClient admin = api(Role.ADMIN, "admin");
    private final String subject = subject(doctor);

    @BeforeAll
    static void tenant() {
        tokens = TokenSource.of(SERVER);
        SERVER.bean(Tenants.class).create(TENANT);
        SERVER.bean(Tenants.class).setPolicy(TENANT, new AccessPolicy(true, false, true, List.of()));
        staff = client(Role.SYSTEM, "program", "system/*.cruds");
    }

    @Test
    void theRecordOpensToReadAndToNothingElse() {
        String patient = patient();
        String other = patient();
        String result = staff.create(Records.observation("Patient/" + patient))
                .getIdElement()
                .getIdPart();
        assertThat(doctor.get("/Patient/" + patient).status()).isEqualTo(404);

        assertThat(open(patient, "").status()).isEqualTo(201);

        assertThat(doctor.get("/Patient/" + patient).status()).isEqualTo(200);
        assertThat(ids(doctor.search("/Observation"))).containsExactly(result);
        assertThat(doctor.get("/Patient/" + other).status()).isEqualTo(404);
        assertThat(doctor.post("/Observation", Records.observation("Patient/" + patient))
                        .status())
                .isEqualTo(403);
        assertThat(doctor.delete("/Observation/" + result).status()).isEqualTo(404);
        assertThat(client(Role.PRACTITIONER, "somebody-else", "user/*.rs")
                        .get("/Patient/" + patient)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void itEndsByItself() {
        String patient = patient();
        open(patient, ",\"minutes\":1");
        SERVER.bean(JdbcClient.class)
                .sql("UPDATE salus_break_glass SET opened_at = opened_at - interval '1 minute',"
                        + " expires_at = expires_at - interval '1 minute' WHERE patient_id = :patient")
                .param("patient", patient)
                .update();

        assertThat(doctor.get("/Patient/" + patient).status()).isEqualTo(404);
    }

    @Test
    void anAlertAndTheTrailTellOfIt() {
        String patient = patient();
        open(patient, "");

        await().untilAsserted(() ->
                assertThat(admin.get("/alerts").text()).contains("\"rule\":\"emergency-access\"", subject));
        assertThat(client(Role.ADMIN, "admin", "user/AuditEvent.rs")
                        .get("/AuditEvent?patient=" + patient + "&agent=" + subject)
                        .text())
                .contains("110127")
                .doesNotContain("Unconscious");
    }

    @Test
    void anAdministratorReviewsItOnceAndNotTheirOwn() {
        String id = id(open(patient(), ""));
        String review = "/break-glass/" + id + "/review";
        assertThat(admin.get("/break-glass?open=true").text()).contains(id, "Unconscious");

        assertThat(post(admin, review, "{}").status()).isEqualTo(400);
        assertThat(post(api, review, "{\"finding\":\"All right\"}").status()).isEqualTo(403);
        assertThat(post(api(Role.ADMIN, name), review, "{\"finding\":\"All right\"}")
                        .status())
                .isEqualTo(409);
        assertThat(post(admin, review, "{\"finding\":\"All right\"}").text())
                .contains("\"reviewedBy\":\"" + subject(admin) + "\"", "All right");
        assertThat(post(admin, review, "{\"finding\":\"Again\"}").status()).isEqualTo(409);
        assertThat(admin.get("/break-glass?open=true").text()).doesNotContain(id);
        assertThat(post(admin, "/break-glass/" + UUID.randomUUID() + "/review", "{\"finding\":\"x\"}")
                        .status())
                .isEqualTo(404);
        FhirClient foreign =
                FhirClient.withToken(SERVER.url("/api").toString(), tokens.of(Role.ADMIN, null, "salus_api"));
        assertThat(foreign.get("/break-glass").text()).doesNotContain(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"patient\":\"%s\"}",
                "{\"patient\":\"%s\",\"reason\":\"short\"}",
                "{\"patient\":\"%s\",\"reason\":\"                      \"}",
                "{\"patient\":\"%s\",\"reason\":\"with a \\u0000 in between\"}",
                "{\"patient\":\"%s\",\"reason\":\"Unconscious patient\",\"minutes\":61}",
                "{\"patient\":\"%s\",\"reason\":\"Unconscious patient\",\"minutes\":0}",
                "{\"patient\":\"%s\",\"reason\":\"Unconscious patient\",\"minutes\":\"x\"}",
                "{\"patient\":\"nobody\",\"reason\":\"Unconscious patient\"}",
                "{\"patient\":\"a b\\u0000\",\"reason\":\"Unconscious patient\"}",
                "{\"reason\":\"Unconscious patient\"}",
                "[]",
                "{"
            })
    void whatIsNotSaidProperlyOpensNothing(String body) {
        String patient = patient();

        Answer answer = post(api, "/break-glass", body.replace("%s", patient));

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(doctor.get("/Patient/" + patient).status()).isEqualTo(404);
    }

    @Test
    void nobodyElseBreaksTheGlass() {
        String patient = patient();
        for (Role role : List.of(Role.ADMIN, Role.SYSTEM, Role.PATIENT)) {
            assertThat(post(api(role, "x"), "/break-glass", "{\"patient\":\"" + patient + "\"," + REASON + "}")
                            .status())
                    .isEqualTo(403);
        }
        assertThat(api.get("/break-glass").status()).isEqualTo(403);
    }

    private Answer open(String patient, String more) {
        return post(api, "/break-glass", "{\"patient\":\"" + patient + "\"," + REASON + more + "}");
    }

    private static Answer post(FhirClient client, String path, String body) {
        return client.send("POST", path, BodyPublishers.ofString(body), "Content-Type", "application/json");
    }

    private static String id(Answer opened) {
        return opened.text().replaceAll(".*?\"id\":\"([^\"]*)\".*", "$1");
    }

    private static String patient() {
        return staff.create(Records.patient("Notfall")).getIdElement().getIdPart();
    }

    private static FhirClient client(Role role, String name, String scope) {
        String base = SERVER.fhirBase() + "/" + TENANT.value();
        return FhirClient.withToken(base, token(role, name, scope));
    }

    private static FhirClient api(Role role, String name) {
        return FhirClient.withToken(SERVER.url("/api").toString(), token(role, name, "salus_api"));
    }

    private static String token(Role role, String name, String scope) {
        return tokens.of(Bearer.of(role, null, scope)
                .in(TENANT.value())
                .being("Practitioner/nobody")
                .named(name));
    }

    private static String subject(FhirClient client) {
        return SmartApp.claims(client.token().orElseThrow()).path("sub").asText();
    }
}
