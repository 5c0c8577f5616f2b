package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Apps made with other people's SMART and OAuth clients, in a real web browser, use this server. */
@EnabledIfSystemProperty(
        named = BrowserScript.CHROMIUM,
        matches = ".+",
        disabledReason = "It takes Chromium and Node: mvn -Pbrowser verify")
class BrowserIT {

    private static final String OBSERVATIONS = "patient/Observation.rs";

    private static TestServer server;
    private static HttpServer pages;
    private static DemoUser doctor;
    private static String patient = "";
    private static String encounter = "";

    @BeforeAll
    static void registerTheApp() throws IOException {
        server = TestServer.shared();
        pages = BrowserScript.servePages();
        FhirClient store = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
        Patient person = new Patient();
        person.addName().setFamily("Browserfall");
        patient = store.create(person).getIdElement().getIdPart();
        Encounter visit = new Encounter()
                .setStatus(Encounter.EncounterStatus.INPROGRESS)
                .setSubject(new Reference("Patient/" + patient));
        visit.getClass_().setCode("AMB");
        encounter = store.create(visit).getIdElement().getIdPart();
        DemoUser[] users = new ObjectMapper()
                .readValue(Files.readString(server.dataDirectory().resolve("demo/users.json")), DemoUser[].class);
        doctor = users[1];
        post("/api/clients", new TestTokens(server).of(Role.ADMIN, null, "salus_api"), """
                {"client_id":"browser-app","client_name":"Browser app","initiate_login_uri":"%1$s/launch.html",
                 "scope":"openid fhirUser launch launch/patient offline_access patient/Patient.rs patient/Observation.rs",
                 "redirect_uris":["%1$s/app.html","%1$s/back.html"]}
                """.formatted(app()));
    }

    @AfterAll
    static void stopServingPages() {
        pages.stop(0);
    }

    @BeforeEach
    void nobodyHasAgreedToAnything() {
        server.bean(JdbcClient.class).sql("DELETE FROM salus_consent").update();
    }

    @Test
    void anAppThatIsStartedAloneReadsThePickedPatientAndNotWhatWasDropped() {
        String address = app() + "/launch.html?iss=" + encode(server.fhirBase());

        JsonNode result = run(
                "launch.mjs",
                Map.of("address", address, "search", "Browserfall", "patient", patient, "drop", OBSERVATIONS));

        assertOpened(result);
        assertThat(result.path("scope").asText().split(" "))
                .contains("launch/patient", "patient/Patient.rs", "offline_access")
                .doesNotContain(OBSERVATIONS);
        assertThat(result.path("observations").asInt()).isEqualTo(403);
    }

    @Test
    void anAppThatAnEhrStartsReadsWhatThatHasOpen() {
        JsonNode handle = post(
                "/api/launch",
                new TestTokens(server).ofUser("doctor", Role.PRACTITIONER, "salus_api user/*.rs"),
                """
                {"client_id":"browser-app","patient":"%s","encounter":"%s","need_patient_banner":false}
                """.formatted(patient, encounter));

        JsonNode result = run("launch.mjs", Map.of("address", handle.path("url").asText()));

        assertOpened(result);
        assertThat(result.path("encounter").asText()).isEqualTo(encounter);
        assertThat(result.path("needPatientBanner").isBoolean()).isTrue();
        assertThat(result.path("needPatientBanner").asBoolean()).isFalse();
        assertThat(result.path("scope").asText().split(" ")).contains("launch", OBSERVATIONS);
        assertThat(result.path("observations").asInt()).isEqualTo(200);
    }

    @Test
    void theTokenEndpointSatisfiesAnOpenIdClient() {
        Map<String, Object> input = new HashMap<>(Map.of("issuer", server.property("salus.public-url")));
        input.put("base", server.fhirBase());
        input.put("redirect", app() + "/back.html");
        input.put("search", "Browserfall");
        input.put("patient", patient);
        input.put(
                "key",
                new DemoFiles(server.dataDirectory().resolve("demo"))
                        .backendKey()
                        .toJSONObject());

        JsonNode result = run("tokens.mjs", input);

        assertThat(result.path("patient").asText()).isEqualTo(patient);
        assertThat(result.path("patientAfterRefresh").asText()).isEqualTo(patient);
        assertThat(result.path("fhirUser").asText()).startsWith(server.fhirBase() + "/Practitioner/");
        assertThat(result.path("hasOtherRefreshToken").asBoolean()).isTrue();
        assertThat(result.path("refreshTokenAgain").asText()).isEqualTo("invalid_grant");
        assertThat(result.path("refreshTokenOfTheFamily").asText()).isEqualTo("invalid_grant");
        assertThat(result.path("programScope").asText()).isEqualTo("system/Patient.rs");
        assertThat(result.path("programRead").asInt()).isEqualTo(200);
        assertThat(result.path("programTooMuch").asText()).isEqualTo("invalid_scope");
    }

    private static void assertOpened(JsonNode result) {
        assertThat(result.path("patient").asText()).as(result.toString()).isEqualTo(patient);
        assertThat(result.path("family").asText()).isEqualTo("Browserfall");
        assertThat(result.path("fhirUser").asText()).contains("Practitioner/");
        assertThat(result.path("hasOtherToken").asBoolean()).isTrue();
        assertThat(result.path("hasOtherRefreshToken").asBoolean()).isTrue();
        assertThat(result.path("familyAfterRefresh").asText()).isEqualTo("Browserfall");
    }

    private static JsonNode run(String script, Map<String, ?> about) {
        Map<String, Object> input = new HashMap<>(about);
        input.put("username", doctor.username());
        input.put("password", doctor.password());
        return BrowserScript.run(script, input);
    }

    private static JsonNode post(String path, String token, String body) {
        HttpResponse<String> answer =
                new Browser(server.url("").getPort()).postJson(path, body, "Authorization", "Bearer " + token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return SmartApp.json(answer);
    }

    private static String app() {
        return "http://127.0.0.1:" + pages.getAddress().getPort();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
