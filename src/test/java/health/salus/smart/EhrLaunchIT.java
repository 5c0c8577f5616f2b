package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** How an EHR starts an app about what it has open, and how a person says whom an app is about where no EHR does. */
class EhrLaunchIT {

    private static final TestServer SERVER = TestServer.shared();
    private static final String BASE = SERVER.fhirBase();
    private static final int PORT = SERVER.url("").getPort();
    private static final String SCOPE = "openid fhirUser launch patient/*.rs";

    private static String patient = "";
    private static String other = "";
    private static String encounter = "";
    private static Map<String, DemoUser> people = Map.of();

    private final SmartApp app = new SmartApp(PORT, "demo-app", BASE);

    @BeforeAll
    static void openRecords() throws IOException {
        FhirClient store = FhirClient.withToken(BASE, Tokens.backend(SERVER));
        patient = store.create(named("Quastenflosser", "1961-05-04"))
                .getIdElement()
                .getIdPart();
        other = store.create(named("Anders", "1999-01-01")).getIdElement().getIdPart();
        Encounter visit = new Encounter()
                .setStatus(Encounter.EncounterStatus.INPROGRESS)
                .setSubject(new Reference("Patient/" + patient));
        visit.getClass_().setCode("AMB");
        encounter = store.create(visit).getIdElement().getIdPart();
        DemoUser[] users = new ObjectMapper()
                .readValue(Files.readString(SERVER.dataDirectory().resolve("demo/users.json")), DemoUser[].class);
        people = Map.of("admin", users[0], "doctor", users[1], "patient", users[2]);
    }

    @BeforeEach
    void nobodyHasAgreedToAnything() {
        SERVER.bean(JdbcClient.class).sql("DELETE FROM salus_consent").update();
    }

    @Test
    void theAppIsToldWhatTheEhrHasOpen() {
        JsonNode handle = handle("doctor", """
                {"client_id":"demo-app","patient":"%s","encounter":"%s","intent":"review","need_patient_banner":false,
                 "smart_style_url":"https://ehr.example/style.json",
                 "fhirContext":[{"reference":"ImagingStudy/123","role":"https://example.org/role"}]}
                """.formatted(patient, encounter));
        assertThat(handle.path("url").asText())
                .startsWith("http://127.0.0.1:9876/launch?iss=")
                .contains("launch=" + handle.path("launch").asText());

        JsonNode response = launch(handle, SCOPE, "doctor");

        assertThat(response.path("patient").asText()).isEqualTo(patient);
        assertThat(response.path("encounter").asText()).isEqualTo(encounter);
        assertThat(response.path("intent").asText()).isEqualTo("review");
        assertThat(response.path("need_patient_banner").isBoolean()).isTrue();
        assertThat(response.path("need_patient_banner").asBoolean()).isFalse();
        assertThat(response.path("smart_style_url").asText()).isEqualTo("https://ehr.example/style.json");
        assertThat(response.path("fhirContext").toString())
                .isEqualTo("[{\"reference\":\"ImagingStudy/123\",\"role\":\"https://example.org/role\"}]");
    }

    @Test
    void theContextStaysWhenTheAppRefreshes() {
        JsonNode handle = handle("doctor", """
                {"client_id":"demo-app","patient":"%s","encounter":"%s","fhirContext":[{"reference":"Media/1"}]}
                """.formatted(patient, encounter));
        JsonNode first = launch(handle, SCOPE + " offline_access", "doctor");
        JsonNode second = SmartApp.json(app.refresh(first.path("refresh_token").asText()));
        assertThat(second.path("patient").asText()).isEqualTo(patient);
        assertThat(second.path("encounter").asText()).isEqualTo(encounter);
        assertThat(second.path("fhirContext").size()).isEqualTo(1);
    }

    @Test
    void theTokenOpensThatRecordAndNoOther() {
        JsonNode handle = handle("doctor", body("demo-app", patient));
        String token = launch(handle, SCOPE, "doctor").path("access_token").asText();
        FhirClient client = FhirClient.withToken(BASE, token);
        assertThat(client.get("/Patient/" + patient).status()).isEqualTo(200);
        assertThat(client.get("/Patient/" + other).status()).isEqualTo(404);
    }

    @Test
    void aHandleIsGoodOnce() {
        JsonNode handle = handle("doctor", body("demo-app", patient));
        launch(handle, SCOPE, "doctor");
        assertThat(SmartApp.answer(authorize(handle.path("launch").asText(), SCOPE, "doctor")))
                .containsEntry("error", "invalid_request");
    }

    @Test
    void aHandleIsForOnePersonAndOneApp() {
        JsonNode handle = handle("doctor", body("demo-app", patient));
        assertThat(SmartApp.answer(authorize(handle.path("launch").asText(), SCOPE, "admin")))
                .containsEntry("error", "invalid_request");
        JsonNode forTheUi = handle("doctor", body("salus-ui", patient));
        assertThat(SmartApp.answer(new SmartApp(PORT, "demo-app", BASE)
                        .ask(request(forTheUi.path("launch").asText(), SCOPE), people.get("doctor"))))
                .containsEntry("error", "invalid_request");
    }

    @Test
    void theScopeLaunchWithoutAHandleIsRefused() {
        assertThat(SmartApp.answer(app.ask(app.request(SCOPE), people.get("doctor"))))
                .containsEntry("error", "invalid_request");
        assertThat(SmartApp.answer(authorize("made-up", SCOPE, "doctor"))).containsEntry("error", "invalid_request");
    }

    @Test
    void anEhrOpensOnlyWhatExistsAndFitsTogether() {
        for (String wrong : new String[] {
            body("no-such-app", patient),
            body("demo-app", "no-such-patient"),
            "{\"client_id\":\"demo-app\",\"patient\":\"%s\",\"encounter\":\"%s\"}".formatted(other, encounter),
            "{\"client_id\":\"demo-app\",\"fhirContext\":[{\"role\":\"x\"}]}",
            "{\"client_id\":\"demo-app\",\"smart_style_url\":\"javascript:alert(1)\"}",
            "{\"client_id\":\"demo-app\",\"fhirContext\":[null]}",
            "{\"client_id\":\"demo-app\",\"smart_style_url\":\"//x\"}",
            "{\"client_id\":\"demo\\u0000app\"}",
            "{}",
            "not json"
        }) {
            assertThat(post(apiToken("doctor"), wrong).statusCode()).as(wrong).isEqualTo(400);
            assertThat(post(apiToken("doctor"), wrong)
                            .headers()
                            .firstValue("Content-Type")
                            .orElse(""))
                    .isEqualTo("application/problem+json");
        }
    }

    @Test
    void handlesAreNotMadeForPatientsNorWithoutTheScopeOfTheApi() {
        TestTokens tokens = new TestTokens(SERVER);
        String body = body("demo-app", patient);
        assertThat(post(tokens.of(Role.PATIENT, patient, "salus_api user/*.rs"), body)
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(tokens.of(Role.PRACTITIONER, null, "user/*.rs"), body).statusCode())
                .isEqualTo(403);
        assertThat(post("rubbish", body).statusCode()).isEqualTo(401);
    }

    @Test
    void aPractitionerPicksThePatientOfAStandaloneApp() {
        HttpResponse<String> question =
                app.ask(app.request("openid launch/patient patient/*.rs"), people.get("doctor"));
        assertThat(question.body()).doesNotContain("Allow what is ticked").doesNotContain("Quastenflosser");

        HttpResponse<String> found = app.browser.submit(
                question, "/oauth2/consent", List.of(Map.entry("text", "quastenflosser 1961-05-04")));
        assertThat(found.body())
                .contains("Quastenflosser")
                .contains("1961-05-04")
                .doesNotContain("Anders");

        HttpResponse<String> answer = app.allow(found, SmartApp.offered(found), patient);
        JsonNode response = SmartApp.json(app.exchange(SmartApp.code(answer), app.verifier));
        assertThat(response.path("patient").asText()).isEqualTo(patient);
    }

    @Test
    void oddWordsFindNobody() {
        HttpResponse<String> question = app.ask(app.request("launch/patient patient/*.rs"), people.get("doctor"));

        for (String text : List.of("1961-13", "0000-00-00", "9999-99-99", "%", "x".repeat(5000), "'\"\\\\", "👩")) {
            HttpResponse<String> answer =
                    app.browser.submit(question, "/oauth2/consent", List.of(Map.entry("text", text)));
            assertThat(answer.statusCode()).as(text).isEqualTo(200);
            assertThat(answer.body()).doesNotContain("Quastenflosser");
        }
        assertThat(app.browser
                        .submit(question, "/oauth2/consent", List.of(Map.entry("text", "a\0b")))
                        .statusCode())
                .isEqualTo(400);
        assertThat(app.browser.get("/oauth2/consent?state=%00").statusCode()).isEqualTo(400);
    }

    @Test
    void nobodyPicksAPatientWhoDoesNotExist() {
        HttpResponse<String> question = app.ask(app.request("launch/patient patient/*.rs"), people.get("doctor"));
        HttpResponse<String> answer = app.allow(question, SmartApp.offered(question), "no-such-patient");
        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    void aPatientDoesNotPickAnothersRecord() {
        HttpResponse<String> question = app.ask(app.request("launch/patient patient/*.rs"), people.get("patient"));
        HttpResponse<String> answer = app.allow(question, SmartApp.offered(question), other);
        JsonNode response = SmartApp.json(app.exchange(SmartApp.code(answer), app.verifier));
        assertThat(response.path("patient").asText()).isNotEqualTo(other);
    }

    @Test
    void aSearchForPatientsTakesTheTokenOfTheForm() {
        app.ask(app.request("launch/patient patient/*.rs"), people.get("doctor"));
        assertThat(app.browser
                        .post("/oauth2/consent", Map.of("state", "x", "text", "a"))
                        .statusCode())
                .isEqualTo(403);
    }

    private JsonNode launch(JsonNode handle, String scope, String person) {
        HttpResponse<String> answer = authorize(handle.path("launch").asText(), scope, person);
        return SmartApp.json(app.exchange(SmartApp.code(answer), app.verifier));
    }

    private HttpResponse<String> authorize(String handle, String scope, String person) {
        return app.authorize(request(handle, scope), people.get(person));
    }

    private Map<String, String> request(String handle, String scope) {
        Map<String, String> request = new HashMap<>(app.request(scope));
        request.put("launch", handle);
        return request;
    }

    private static String body(String client, String patient) {
        return "{\"client_id\":\"%s\",\"patient\":\"%s\"}".formatted(client, patient);
    }

    private static JsonNode handle(String person, String body) {
        HttpResponse<String> answer = post(apiToken(person), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return SmartApp.json(answer);
    }

    private static HttpResponse<String> post(String token, String body) {
        return new Browser(PORT).postJson("/api/launch", body, "Authorization", "Bearer " + token);
    }

    // The web UI is the EHR here: its people sign in to it and start apps from it.
    private static String apiToken(String person) {
        return new TestTokens(SERVER).ofUser(person, Role.PRACTITIONER, "salus_api user/*.rs");
    }

    private static Patient named(String family, String birthDate) {
        Patient patient = new Patient();
        patient.addName().setFamily(family);
        patient.setBirthDateElement(new DateType(birthDate));
        return patient;
    }
}
