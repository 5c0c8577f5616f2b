package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import health.salus.testing.BackendKey;
import health.salus.testing.FhirClient;
import health.salus.testing.KeycloakAdmin;
import health.salus.testing.KeycloakServer;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Salus and a real Keycloak with the realm that our command prints: who gets in, with which token, and who does not. */
@EnabledIfSystemProperty(named = KeycloakServer.HOME, matches = ".+")
class KeycloakIT {

    private static final String PASSWORD = "a-long-enough-password";
    private static final String LAUNCH = "openid fhirUser launch/patient patient/Patient.rs";

    private static KeycloakServer keycloak;
    private static KeycloakAdmin admin;
    private static TestServer salus;
    private static String base;

    @BeforeAll
    static void accounts() {
        keycloak = KeycloakServer.shared().orElseThrow();
        admin = new KeycloakAdmin(keycloak);
        salus = TestServer.shared();
        base = salus.fhirBase();
        account("kim", "default", "patient", "fhirUser", "Patient/kim", "patient", "kim");
        account("dora", "default", "practitioner", "fhirUser", "Practitioner/dora");
        account("norbert", "north", "patient", "patient", "kim");
        account("ada", "default", "admin");
        FhirClient staff = FhirClient.withToken(base, backendToken("a-backend", "system/*.cruds"));
        for (String id : List.of("kim", "lea")) {
            assertThat(staff.put("/Patient/" + id, new Patient().setId(id)).status())
                    .isIn(200, 201);
        }
    }

    @Test
    void aPatientSignsInAndSeesTheirOwnRecordAndNoOther() {
        JsonNode response = SmartApp.json(launch(LAUNCH, "kim"));

        assertThat(response.path("patient").asText()).isEqualTo("kim");
        assertThat(response.path("need_patient_banner").isBoolean()).isTrue();
        assertThat(response.path("expires_in").asInt()).isBetween(200, 300);
        assertThat(response.path("scope").asText().split(" ")).containsExactlyInAnyOrder(LAUNCH.split(" "));
        JsonNode claims = SmartApp.claims(response.path("access_token").asText());
        assertThat(claims.path("aud").asText()).isEqualTo(base);
        assertThat(claims.path("salus_role").asText()).isEqualTo("patient");
        assertThat(claims.path("salus_tenant").asText()).isEqualTo("default");
        assertThat(SmartApp.claims(response.path("id_token").asText())
                        .path("fhirUser")
                        .asText())
                .isEqualTo("Patient/kim");
        FhirClient kim = client(response);
        assertThat(kim.get("/Patient/kim").status()).isEqualTo(200);
        assertThat(kim.search("/Patient")).hasSize(1);
        assertThat(kim.get("/Patient/lea").status()).isEqualTo(404);
        assertThat(kim.get("/Patient/nobody-has-this-id").status()).isEqualTo(404);
        assertThat(kim.get("/Observation").status()).isEqualTo(403);
        assertThat(kim.put("/Patient/kim", new Patient().setId("kim")).status()).isEqualTo(403);
    }

    @Test
    void aTokenOpensTheTenantOfItsAccountAndNoOther() {
        KeycloakApp app = app();
        JsonNode north = SmartApp.json(app.launch(app.request(LAUNCH, base + "/north"), "norbert", PASSWORD));

        assertThat(SmartApp.claims(north.path("access_token").asText())
                        .path("aud")
                        .asText())
                .isEqualTo(base + "/north");
        assertThat(client(north).get("/Patient/kim").status()).isEqualTo(401);
        // Whose record it is has the same id there, but there is none.
        assertThat(FhirClient.withToken(
                                base + "/north", north.path("access_token").asText())
                        .get("/Patient/kim")
                        .status())
                .isEqualTo(404);
        assertThat(FhirClient.withToken(base + "/north", backendToken("a-backend", "system/*.rs"))
                        .get("/Patient")
                        .status())
                .isEqualTo(401);
        assertThat(FhirClient.withToken(base + "/north", backendToken("north-backend", "system/*.rs"))
                        .get("/Patient")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anAppThatMeansAnotherServerGetsNoToken() {
        for (String audience : List.of("https://evil.example/fhir", base + "/north", base + "//")) {
            assertThat(refusal(Map.of("aud", audience))).as(audience).isEqualTo("invalid_target");
        }
        assertThat(refusal(Map.of("aud", ""))).isEqualTo("invalid_target");
    }

    @Test
    void withoutAChallengeByS256NobodySignsIn() {
        KeycloakApp app = app();
        Map<String, String> plain = app.request(LAUNCH, base);
        plain.put("code_challenge_method", "plain");
        Map<String, String> none = app.request(LAUNCH, base);
        none.keySet().removeAll(List.of("code_challenge", "code_challenge_method"));

        assertThat(SmartApp.answer(app.authorize(plain, "kim", PASSWORD))).containsEntry("error", "invalid_request");
        assertThat(SmartApp.answer(app.authorize(none, "kim", PASSWORD))).containsEntry("error", "invalid_request");
    }

    @Test
    void aCodeIsGoodOnceAndOnlyForTheAppThatHasItsVerifier() {
        KeycloakApp app = app();
        String code = SmartApp.code(app.authorize(app.request(LAUNCH, base), "kim", PASSWORD));

        assertThat(app().exchange(code).statusCode()).isEqualTo(400);
        assertThat(app.exchange(code).statusCode()).isEqualTo(400);
    }

    @Test
    void scopesThatAnAppMayNotHaveAreRefused() {
        KeycloakApp app = app();

        for (String scope :
                List.of("system/*.rs", "salus_api", "patient/*.cruds", "patient/Observation.dus", "launch")) {
            assertThat(SmartApp.answer(app.authorize(app.request("openid " + scope, base), "kim", PASSWORD)))
                    .as(scope)
                    .containsEntry("error", "invalid_scope");
        }
    }

    @Test
    void thePersonComesBackToTheVeryAddressThatWasRegistered() {
        KeycloakApp app = app();
        Map<String, String> request = app.request(LAUNCH, base);
        request.put("redirect_uri", KeycloakServer.REDIRECT + "/more");

        HttpResponse<String> page = app.authorize(request, "kim", PASSWORD);

        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body()).doesNotContain("name=\"password\"");
    }

    @Test
    void nobodyGetsATokenForAPasswordAlone() {
        HttpResponse<String> response = app().token(Map.of(
                "grant_type", "password", "client_id", "another-app", "username", "kim", "password", PASSWORD));

        assertThat(response.statusCode()).isIn(400, 401);
        assertThat(SmartApp.json(response).has("access_token")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " offline_access"})
    void aRefreshKeepsThePatientAndAUsedRefreshTokenEndsTheLogin(String more) throws InterruptedException {
        KeycloakApp app = app();
        JsonNode first = SmartApp.json(app.launch(app.request(LAUNCH + more, base), "kim", PASSWORD));

        JsonNode second = SmartApp.json(app.refresh(first.path("refresh_token").asText()));
        assertThat(second.path("patient").asText()).isEqualTo("kim");
        assertThat(client(second).get("/Patient/kim").status()).isEqualTo(200);
        assertThat(client(second).get("/Patient/lea").status()).isEqualTo(404);

        assertThat(app.refresh(first.path("refresh_token").asText()).statusCode())
                .isEqualTo(400);
        assertThat(app.refresh(second.path("refresh_token").asText()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void aBackendServiceSignsEachRequestOnce() {
        String assertion =
                BackendKey.sign(KeycloakApp.assertion(keycloak, "a-backend").build());
        HttpResponse<String> response = KeycloakApp.backend(keycloak, assertion, "system/Patient.rs");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode token = SmartApp.json(response);
        assertThat(token.has("refresh_token")).isFalse();
        assertThat(token.has("patient")).isFalse();
        JsonNode claims = SmartApp.claims(token.path("access_token").asText());
        assertThat(claims.path("salus_role").asText()).isEqualTo("system");
        assertThat(claims.path("aud").asText()).isEqualTo(base);
        assertThat(client(token).get("/Patient/lea").status()).isEqualTo(200);
        assertThat(client(token).get("/Observation").status()).isEqualTo(403);

        assertThat(KeycloakApp.backend(keycloak, assertion, "system/Patient.rs").statusCode())
                .isIn(400, 401);
        JWTClaimsSet expired = KeycloakApp.assertion(keycloak, "a-backend")
                .issueTime(Date.from(Instant.now().minusSeconds(600)))
                .expirationTime(Date.from(Instant.now().minusSeconds(300)))
                .build();
        assertThat(KeycloakApp.backend(keycloak, BackendKey.sign(expired), "system/Patient.rs")
                        .statusCode())
                .isIn(400, 401);
        assertThat(KeycloakApp.backend(keycloak, "not.a.jwt", "system/Patient.rs")
                        .statusCode())
                .isIn(400, 401);
        assertThat(KeycloakApp.backend(
                                keycloak,
                                BackendKey.sign(KeycloakApp.assertion(keycloak, "a-backend")
                                        .build()),
                                "user/*.rs")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void onlyAccessTokensAreTakenAndNoneThatWasAltered() {
        JsonNode response = SmartApp.json(launch(LAUNCH, "kim"));
        String token = response.path("access_token").asText();
        String[] parts = token.split("\\.");
        String foreign =
                SmartApp.json(launch(LAUNCH, "kim")).path("access_token").asText();

        assertThat(status(token)).isEqualTo(200);
        assertThat(status(response.path("id_token").asText())).isEqualTo(401);
        assertThat(status(response.path("refresh_token").asText())).isEqualTo(401);
        assertThat(status(parts[0] + "." + parts[1] + "." + foreign.split("\\.")[2]))
                .isEqualTo(401);
        assertThat(status(parts[0] + "." + parts[1] + ".")).isEqualTo(401);
        assertThat(status("nonsense")).isEqualTo(401);
        assertThat(FhirClient.anonymous(base).get("/Patient/kim").status()).isEqualTo(401);
        // An account's own token, of Keycloak's page for it, is made out to Keycloak.
        assertThat(status(accountToken())).isEqualTo(401);
    }

    @Test
    void aTokenIsGoodUntilItExpires() throws InterruptedException {
        admin.tokenLifespan("north-backend", 1);
        FhirClient north = FhirClient.withToken(base + "/north", backendToken("north-backend", "system/*.rs"));
        assertThat(north.get("/Patient").status()).isEqualTo(200);

        // Half a minute is for clocks that differ.
        Thread.sleep(32_000);

        assertThat(north.get("/Patient").status()).isEqualTo(401);
        admin.tokenLifespan("north-backend", 300);
    }

    @Test
    void aDisabledPersonKeepsATokenForFiveMinutesAtMostAndGetsNoOther() {
        account("gone", "default", "practitioner");
        KeycloakApp app = app();
        JsonNode response = SmartApp.json(app.launch(app.request("openid user/Patient.rs", base), "gone", PASSWORD));

        admin.disable("gone");

        // This server asks no other one at each request: what it was given stands until it expires.
        assertThat(response.path("expires_in").asInt()).isLessThanOrEqualTo(300);
        assertThat(client(response).get("/Patient/kim").status()).isEqualTo(200);
        assertThat(app.refresh(response.path("refresh_token").asText()).statusCode())
                .isEqualTo(400);
        HttpResponse<String> again = app().authorize(app.request("openid user/Patient.rs", base), "gone", PASSWORD);
        assertThat(again.statusCode()).isIn(200, 400);
    }

    @Test
    void aPractitionerSeesNoRecordByAScopeForOnePatient() {
        assertThat(client(SmartApp.json(launch("openid user/Patient.rs", "dora")))
                        .get("/Patient/lea")
                        .status())
                .isEqualTo(200);
        JsonNode withoutPatient = SmartApp.json(launch(LAUNCH, "dora"));
        assertThat(withoutPatient.has("patient")).isFalse();
        assertThat(client(withoutPatient).get("/Patient/lea").status()).isEqualTo(403);
    }

    @Test
    void nobodyGivesThemselvesAnotherRecordOrRole() {
        String token = accountToken();
        HttpResponse<String> response = new Browser(keycloak.port())
                .postJson("/realms/salus/account/", """
                        {"username":"kim","firstName":"Kim","lastName":"Test","email":"kim@example.org",
                         "attributes":{"patient":["lea"],"salus_role":["admin"],"salus_tenant":["north"]}}
                        """, "Authorization", "Bearer " + token);

        JsonNode attributes = admin.user("kim").path("attributes");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("error-user-attribute-read-only");
        assertThat(attributes.at("/patient/0").asText()).isEqualTo("kim");
        assertThat(attributes.at("/salus_role/0").asText()).isEqualTo("patient");
        assertThat(attributes.at("/salus_tenant/0").asText()).isEqualTo("default");
    }

    @Test
    void anAdministratorReachesTheAdministrationThroughTheServersOwnInterface() {
        String root = salus.property("salus.public-url");
        KeycloakApp ui = new KeycloakApp(keycloak, "salus-ui", root + "/ui/");
        String token = SmartApp.json(ui.launch(ui.request("openid salus_api", base), "ada", PASSWORD))
                .path("access_token")
                .asText();
        String without = SmartApp.json(launch("openid user/*.rs", "ada"))
                .path("access_token")
                .asText();

        assertThat(FhirClient.withToken(root, token).get("/api/tenants").status())
                .isEqualTo(200);
        assertThat(FhirClient.withToken(root, without).get("/api/tenants").status())
                .isEqualTo(403);
    }

    @Test
    void discoveryPointsToKeycloak() {
        JsonNode document = SmartApp.json(new Browser(Integer.parseInt(salus.property("server.port")))
                .get("/fhir/.well-known/smart-configuration"));

        assertThat(document.path("issuer").asText()).isEqualTo(keycloak.issuer());
        assertThat(document.path("token_endpoint").asText()).startsWith(keycloak.issuer());
        assertThat(document.path("code_challenge_methods_supported").toString()).isEqualTo("[\"S256\"]");
        assertThat(document.path("capabilities"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder(
                        "launch-standalone",
                        "client-public",
                        "client-confidential-asymmetric",
                        "context-standalone-patient",
                        "permission-offline",
                        "permission-patient",
                        "permission-user",
                        "permission-v1",
                        "permission-v2",
                        "sso-openid-connect");
    }

    private static void account(String name, String tenant, String role, String... more) {
        Map<String, List<String>> attributes =
                new HashMap<>(Map.of("salus_tenant", List.of(tenant), "salus_role", List.of(role)));
        for (int i = 0; i < more.length; i += 2) {
            attributes.put(more[i], List.of(more[i + 1]));
        }
        admin.createUser(name, PASSWORD, attributes);
    }

    private static KeycloakApp app() {
        return new KeycloakApp(keycloak, "another-app", KeycloakServer.REDIRECT);
    }

    private static HttpResponse<String> launch(String scope, String username) {
        KeycloakApp app = app();
        return app.launch(app.request(scope, base), username, PASSWORD);
    }

    private static String refusal(Map<String, String> changes) {
        KeycloakApp app = app();
        Map<String, String> request = app.request(LAUNCH, base);
        request.putAll(changes);
        HttpResponse<String> response = app.launch(request, "kim", PASSWORD);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).contains("http://127.0.0.1:9876");
        return SmartApp.json(response).path("error").asText();
    }

    /** What the page gets on which people look after their own account. */
    private static String accountToken() {
        KeycloakApp console =
                new KeycloakApp(keycloak, "account-console", keycloak.address() + "/realms/salus/account/");
        HttpResponse<String> back = console.authorize(console.request("openid", base), "kim", PASSWORD);
        JsonNode response =
                SmartApp.json(console.exchange(Browser.query(back.uri()).get("code")));
        assertThat(response.has("access_token")).as(response.toString()).isTrue();
        return response.path("access_token").asText();
    }

    private static String backendToken(String clientId, String scope) {
        return KeycloakApp.backendToken(keycloak, clientId, scope);
    }

    private static FhirClient client(JsonNode response) {
        assertThat(response.has("access_token")).as(response.toString()).isTrue();
        return FhirClient.withToken(base, response.path("access_token").asText());
    }

    private static int status(String token) {
        return FhirClient.withToken(base, token).get("/Patient/kim").status();
    }
}
