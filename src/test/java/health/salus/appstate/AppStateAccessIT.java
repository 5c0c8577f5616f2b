package health.salus.appstate;

import health.salus.audit.RecordedRequests;
import health.salus.smart.Role;
import health.salus.smart.StateApps;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.http.HttpResponse;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** An app's state is for this app, this person, this patient and this tenant. */
class AppStateAccessIT {

    private static final TestServer SERVER = TestServer.shared();
    private static final String BASE = SERVER.fhirBase();
    private static final String SYSTEM = "https://app.example.org";
    private static final String CUDS = "user/Basic.cuds";
    private static final String DORA = BASE + "/Practitioner/dora";
    private static final String ANNA = BASE + "/Patient/anna";
    private static final String BELA = BASE + "/Patient/bela";

    private static StateApps apps;
    private static String dora;

    private final String code = "c-" + UUID.randomUUID();

    @BeforeAll
    static void signIn() {
        apps = new StateApps(SERVER);
        dora = apps.token("app-a", "dora", CUDS);
    }

    @Test
    void anotherAppSeesNothingOfItAndMayUseTheSameCode() {
        String id = kept(dora, DORA);
        String other = apps.token("app-b", "dora", CUDS);

        assertThat(found(other, DORA)).isZero();
        untouchable(other, id, DORA);
        assertThat(create(other, DORA).statusCode()).isEqualTo(201);
        assertThat(found(dora, DORA)).isEqualTo(1);
    }

    @Test
    void anotherPersonOfTheSameAppSeesNothingOfIt() {
        String id = kept(dora, DORA);
        String other = apps.token("app-a", "emil", CUDS);

        refused(search(other, DORA));
        refused(create(other, DORA));
        untouchable(other, id, DORA);
    }

    @Test
    void whatAnAppKeepsOfOnePatientIsNotForAnother() {
        String anna = patient("anna", "patient/Basic.cuds");
        String bela = patient("bela", "patient/Basic.cuds");
        String id = kept(anna, ANNA);

        assertThat(found(anna, ANNA)).isEqualTo(1);
        refused(search(bela, ANNA));
        refused(create(bela, ANNA));
        refused(search(anna, BELA));
        untouchable(bela, id, ANNA);
        assertThat(found(bela, BELA)).isZero();
    }

    @Test
    void aPractitionerReachesThePatientInContextAndNoOther() {
        String withAnna = apps.token("app-a", "default", Role.PRACTITIONER, "Practitioner/dora", "anna", CUDS);
        String id = kept(withAnna, ANNA);

        assertThat(found(withAnna, ANNA)).isEqualTo(1);
        refused(search(withAnna, BELA));
        refused(search(dora, ANNA));
        untouchable(dora, id, ANNA);
    }

    @Test
    void theSameAppInAnotherTenantKeepsItsOwn() {
        String id = kept(dora, DORA);
        String north = apps.token("app-a", "north", Role.PRACTITIONER, "Practitioner/dora", null, CUDS);

        assertThat(search(north, DORA).statusCode()).isEqualTo(400);
        assertThat(found(north, BASE + "/north/Practitioner/dora")).isZero();
        untouchable(north, id, BASE + "/north/Practitioner/dora");
    }

    @Test
    void aScopeForOneCodeOpensThatOne() {
        String scope = "user/Basic.cuds?code=%s|%s".formatted(SYSTEM, code);
        String narrow = apps.token("app-a", "dora", scope);
        String other = apps.token("app-a", "dora", "user/Basic.cuds?code=https://other.example|" + code);
        String odd = apps.token("app-a", "dora", "user/Basic.cuds?identifier=a|b");
        String id = kept(narrow, DORA);

        assertThat(found(narrow, DORA)).isEqualTo(1);
        for (String token : new String[] {other, odd}) {
            refused(search(token, DORA));
            refused(create(token, DORA));
            untouchable(token, id, DORA);
        }
    }

    @Test
    void eachLetterOfAScopeIsNeeded() {
        String id = kept(dora, DORA);

        refused(create(apps.token("app-a", "dora", "user/Basic.uds"), DORA));
        refused(search(apps.token("app-a", "dora", "user/Basic.crud"), DORA));
        String unchanging = apps.token("app-a", "dora", "user/Basic.crs");
        untouchable(unchanging, id, DORA);
        for (String scope : new String[] {"user/Observation.cruds", "patient/Basic.cuds", "system/Basic.cuds", ""}) {
            refused(search(apps.token("app-a", "dora", scope), DORA));
        }
    }

    @Test
    void whatIsForEverybodyIsReadByAllOfTheAppAndChangedByAdministrators() {
        String admin = apps.token("app-a", "default", Role.ADMIN, "Practitioner/ada", null, CUDS);
        refused(create(dora, null));
        String id = kept(admin, null);

        assertThat(found(dora, null)).isEqualTo(1);
        assertThat(found(patient("anna", CUDS), null)).isEqualTo(1);
        assertThat(found(apps.token("app-b", "dora", CUDS), null)).isZero();
        untouchable(dora, id, null);
        refused(search(patient("anna", "patient/Basic.cuds"), null));
        assertThat(AppStateIT.send("DELETE", "/app-state/Basic/" + id, null, admin, "If-Match", "W/\"1\"")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void aPractitionerWhoMayNotOpenTheRecordDoesNotSeeWhatAppsNoteOfIt() {
        SERVER.bean(JdbcClient.class)
                .sql("UPDATE salus_tenant SET practitioners = 'assigned' WHERE id = 'south'")
                .update();
        String token = apps.token("app-a", "south", Role.PRACTITIONER, "Practitioner/dora", "anna", CUDS);

        try {
            HttpResponse<String> answer = search(token, BASE + "/south/Patient/anna");

            refused(answer);
        } finally {
            SERVER.bean(JdbcClient.class)
                    .sql("UPDATE salus_tenant SET practitioners = 'all' WHERE id = 'south'")
                    .update();
        }
    }

    @Test
    void withoutATokenOrAsAProgramNobodyGetsIn() {
        assertThat(search(null, DORA).statusCode()).isEqualTo(401);
        assertThat(search("nonsense", DORA).statusCode()).isEqualTo(401);
        String program = apps.token("app-a", "default", Role.SYSTEM, null, null, "system/*.cruds user/*.cruds");
        assertThat(search(program, DORA).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Patient/anna/../bela",
                "/Patient/bela?x=/Patient/anna",
                "/Patient/anna/_history/1",
                "/Patient/anna,bela",
                "/Observation/1",
                "/north/Patient/anna",
                "/Patient/",
                "//Patient/anna",
                "/Patient/an%6ea"
            })
    void aSubjectIsWrittenInOneWay(String path) {
        assertThat(search(patient("anna", "patient/Basic.cuds"), BASE + path).statusCode())
                .isEqualTo(400);
    }

    @Test
    void whoDidWhatWithWhichStateIsInTheTrail() {
        RecordedRequests trail = new RecordedRequests(SERVER);
        String anna = patient("anna", "patient/Basic.cuds");
        String request = UUID.randomUUID().toString();
        HttpResponse<String> created = AppStateIT.send(
                "POST",
                "/app-state/Basic",
                AppStateIT.state(ANNA, code, "secret-value"),
                anna,
                "X-Request-ID",
                request);
        String id = AppStateIT.json(created).path("id").asText();

        assertThat(trail.of(request))
                .contains("\"event\":\"create\"")
                .contains(id)
                .contains("anna")
                .contains("app-a")
                .doesNotContain("secret-value");
        String asked = UUID.randomUUID().toString();
        AppStateIT.send("GET", query(ANNA), null, anna, "X-Request-ID", asked);
        assertThat(trail.of(asked)).contains("DISCLOSED").contains(id);
    }

    private String kept(String token, String subject) {
        HttpResponse<String> created = create(token, subject);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return AppStateIT.json(created).path("id").asText();
    }

    private HttpResponse<String> create(String token, String subject) {
        return AppStateIT.send("POST", "/app-state/Basic", AppStateIT.state(subject, code, "x"), token);
    }

    private HttpResponse<String> search(String token, String subject) {
        return AppStateIT.send("GET", query(subject), null, token);
    }

    private String query(String subject) {
        return "/app-state/Basic?code=" + AppStateIT.encode(SYSTEM + "|" + code)
                + (subject == null ? "&subject:missing=true" : "&subject=" + AppStateIT.encode(subject));
    }

    private int found(String token, String subject) {
        HttpResponse<String> answer = search(token, subject);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return AppStateIT.json(answer).path("entry").size();
    }

    /** Neither changed nor deleted, and answered like something that never was. */
    private void untouchable(String token, String id, String subject) {
        String unknown = UUID.randomUUID().toString();
        String body = AppStateIT.state(subject, code, "stolen");
        for (String method : new String[] {"PUT", "DELETE"}) {
            HttpResponse<String> answer = AppStateIT.send(
                    method,
                    "/app-state/Basic/" + id,
                    body.replace("\"Basic\",", "\"Basic\",\"id\":\"" + id + "\","),
                    token,
                    "If-Match",
                    "W/\"1\"");
            HttpResponse<String> ofNothing = AppStateIT.send(
                    method,
                    "/app-state/Basic/" + unknown,
                    body.replace("\"Basic\",", "\"Basic\",\"id\":\"" + unknown + "\","),
                    token,
                    "If-Match",
                    "W/\"1\"");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(412);
            assertThat(answer.body()).isEqualTo(ofNothing.body());
            assertThat(answer.statusCode()).isEqualTo(ofNothing.statusCode());
        }
    }

    private static void refused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(answer.body()).contains("OperationOutcome");
    }

    private static String patient(String id, String scope) {
        return apps.token("app-a", "default", Role.PATIENT, "Patient/" + id, id, scope);
    }
}
