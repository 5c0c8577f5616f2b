package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWK;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** What administrators do over {@code /api}: tenants, people and clients. */
class AdministrationIT extends SliceServer {

    private static final String PASSWORD = "correct horse battery";

    @Autowired
    private BackendTokens backendTokens;

    private String admin;

    @BeforeEach
    void signInAsAdministrator() {
        database.sql("DELETE FROM salus_client WHERE NOT demo").update();
        database.sql("DELETE FROM salus_user WHERE NOT demo").update();
        SmartApp ui = new SmartApp(port, "salus-ui", BASE);
        Map<String, String> request = ui.request("openid salus_api user/*.cruds");
        request.put("redirect_uri", ISSUER + "/ui/");
        URI back = Browser.target(ui.ask(request, people("admin")));
        Map<String, String> exchange = new HashMap<>(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                Browser.query(back).get("code"),
                "redirect_uri",
                ISSUER + "/ui/",
                "client_id",
                "salus-ui",
                "code_verifier",
                ui.verifier));
        admin = SmartApp.json(ui.browser.post("/oauth2/token", exchange))
                .path("access_token")
                .asText();
    }

    @Test
    void aTenantIsCreatedAndHasAFhirBaseAtOnce() {
        assertThat(discoveryOf("clinic")).isEqualTo(404);
        assertThat(post("/api/tenants", "{\"id\":\"clinic\"}").statusCode()).isEqualTo(201);
        assertThat(discoveryOf("clinic")).isEqualTo(200);
        assertThat(post("/api/tenants", "{\"id\":\"clinic\"}").statusCode()).isEqualTo(409);
        assertThat(get("/api/tenants").body()).contains("\"clinic\"").contains("\"default\"");
    }

    @Test
    void aDisabledTenantIsGoneAtOnceWithItsTokensAndComesBack() {
        post("/api/tenants", "{\"id\":\"ward\"}");
        post("/api/users", user("head", "admin", ",\"tenant\":\"ward\""));
        SmartApp wardApp = new SmartApp(port, "demo-app", BASE + "/ward");
        String token = wardApp.launch("openid user/*.rs", new DemoUser("head", PASSWORD, "admin"))
                .path("access_token")
                .asText();
        assertThat(isLetIn("/fhir/ward/Patient", token)).isTrue();

        assertThat(post("/api/tenants/ward/disable", "").statusCode()).isEqualTo(204);

        assertThat(discoveryOf("ward")).isEqualTo(404);
        assertThat(SmartApp.answer(wardApp.browser.open(
                        wardApp.browser.address("/oauth2/authorize", wardApp.request("openid user/*.rs")))))
                .containsEntry("error", "invalid_request");
        post("/api/tenants/ward/enable", "");
        assertThat(discoveryOf("ward")).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"id\":\"Ward\"}", "{\"id\":\"metadata\"}", "{}", "{\"id\":\"x\"}", "[", ""})
    void whatIsNoTenantIdIsRefused(String body) {
        assertThat(post("/api/tenants", body).statusCode()).isEqualTo(400);
    }

    @Test
    void theDefaultTenantIsNeverDisabledAndUnknownOnesAreNotFound() {
        assertThat(post("/api/tenants/default/disable", "").statusCode()).isEqualTo(409);
        assertThat(post("/api/tenants/nowhere/disable", "").statusCode()).isEqualTo(404);
    }

    @Test
    void aNewPersonSignsInAndADisabledOneIsOutAtOnce() {
        assertThat(post("/api/users", user("nina", "practitioner", "")).statusCode())
                .isEqualTo(201);
        DemoUser nina = new DemoUser("nina", PASSWORD, "practitioner");
        String token = app.launch("openid user/*.rs", nina).path("access_token").asText();
        assertThat(isLetIn("/fhir/Patient", token)).isTrue();

        assertThat(post("/api/users/nina/disable", "").statusCode()).isEqualTo(204);

        assertThat(isLetIn("/fhir/Patient", token)).isFalse();
        // Who is still signed in gets no further, and who is not does not get in.
        assertThat(SmartApp.answer(app.ask(app.request("openid user/*.rs"), nina)))
                .containsEntry("error", "access_denied");
        SmartApp later = new SmartApp(port, "demo-app", BASE);
        assertThat(later.ask(later.request("openid user/*.rs"), nina).uri().toString())
                .endsWith("/login?error");
    }

    @Test
    void withoutAProviderNobodyIsLinkedToAPersonThere() {
        assertThat(post("/api/users", "{\"username\":\"nina\",\"role\":\"practitioner\",\"subject\":\"x\"}")
                        .body())
                .contains("salus.auth.login.issuer");
        assertThat(put("/api/users/doctor/provider", "{\"subject\":\"x\"}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aNewPasswordReplacesTheOldAndEndsWhatAppsHad() {
        post("/api/users", user("nina", "practitioner", ""));
        String token = app.launch("openid user/*.rs", new DemoUser("nina", PASSWORD, "practitioner"))
                .path("access_token")
                .asText();
        assertThat(post("/api/users/nina/password", "{\"password\":\"another long one\"}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(isLetIn("/fhir/Patient", token)).isFalse();
        SmartApp fresh = new SmartApp(port, "demo-app", BASE);
        assertThat(fresh.launch("openid user/*.rs", new DemoUser("nina", "another long one", "practitioner"))
                        .has("access_token"))
                .isTrue();
    }

    @Test
    void aNewPasswordEndsWhereThePersonIsSignedIn() {
        post("/api/users", user("nina", "practitioner", ""));
        DemoUser nina = new DemoUser("nina", PASSWORD, "practitioner");
        SmartApp app = new SmartApp(port, "demo-app", BASE);
        app.launch("openid user/*.rs", nina);
        assertThat(app.browser.get("/oauth2/apps").statusCode()).isEqualTo(200);

        post("/api/users/nina/password", "{\"password\":\"another long one\"}");

        assertThat(app.browser
                        .get("/oauth2/apps")
                        .headers()
                        .firstValue("Location")
                        .orElse(""))
                .endsWith("/login");
    }

    @Test
    void aTextThatNoDatabaseKeepsIsRefused() {
        for (String path : List.of("/api/clients", "/api/users", "/api/tenants")) {
            HttpResponse<String> answer =
                    post(path, "{\"client_name\":\"a\\u0000b\",\"username\":\"a\\u0000b\",\"id\":\"a\\u0000b\"}");
            assertThat(answer.statusCode()).as(path).isEqualTo(400);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        }
    }

    @Test
    void aClearanceIsInTheTokensThatComeAfterIt() {
        post("/api/users", user("nina", "practitioner", ""));
        assertThat(put("/api/users/nina/clearance", "{\"labels\":[\"V\",\"R\",\"R\"]}")
                        .body())
                .contains("[\"R\",\"V\"]");
        assertThat(put("/api/users/nina/clearance", "{\"labels\":[\"X\"]}").statusCode())
                .isEqualTo(400);
        assertThat(put("/api/users/nobody/clearance", "{\"labels\":[\"R\"]}").statusCode())
                .isEqualTo(404);

        String token = new SmartApp(port, "demo-app", BASE)
                .launch("openid user/*.rs", new DemoUser("nina", PASSWORD, "practitioner"))
                .path("access_token")
                .asText();

        assertThat(new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8))
                .contains("\"salus_clearance\":[\"R\",\"V\"]");
    }

    @Test
    void aTenantDecidesWhoSeesWhat() {
        assertThat(get("/api/tenants/default/policy").body()).contains("\"practitioners\":\"all\"");
        String policy = "{\"practitioners\":\"assigned\",\"consent\":\"deny\",\"emergency\":\"within-consent\","
                + "\"restrictedLabels\":[\"urn:x|staff\"]}";
        post("/api/tenants", "{\"id\":\"decided\"}");
        assertThat(put("/api/tenants/decided/policy", policy).body()).isEqualTo(policy);
        assertThat(get("/api/tenants/decided/policy").body()).isEqualTo(policy);
        assertThat(put("/api/tenants/decided/policy", "{\"practitioners\":\"some\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(put("/api/tenants/decided/policy", "{\"restrictedLabels\":[\"no system\"]}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(put("/api/tenants/nowhere/policy", policy).statusCode()).isEqualTo(404);
    }

    @Test
    void nothingOfAPasswordIsEverShown() {
        HttpResponse<String> created = post("/api/users", user("nina", "practitioner", ""));
        assertThat(created.body() + get("/api/users").body())
                .contains("nina")
                .doesNotContain(PASSWORD)
                .doesNotContain("$2a$")
                .doesNotContain("hash");
    }

    @Test
    void aPersonWhoIsNotWellDescribedIsRefused() {
        for (String wrong : new String[] {
            user("nina", "system", ""),
            user("nina", "king", ""),
            user("ni na", "practitioner", ""),
            user("nina", "patient", ""),
            user("nina", "practitioner", ",\"patient\":\"pat-1\""),
            user("nina", "practitioner", ",\"fhirUser\":\"https://evil.example/Practitioner/1\""),
            "{\"username\":\"nina\",\"role\":\"admin\",\"password\":\"short\"}",
            "{\"username\":\"nina\",\"role\":\"admin\",\"password\":\"%s\"}".formatted("x".repeat(73)),
        }) {
            assertThat(post("/api/users", wrong).statusCode()).as(wrong).isEqualTo(400);
        }
        post("/api/users", user("nina", "practitioner", ""));
        assertThat(post("/api/users", user("nina", "admin", "")).statusCode()).isEqualTo(409);
    }

    @Test
    void anAdministratorOfATenantSeesNoOther() {
        post("/api/users", user("north-admin", "admin", ",\"tenant\":\"north\""));
        String north = tokenOf("north-admin", BASE + "/north");
        assertThat(get("/api/users", north).body()).contains("north-admin").doesNotContain("doctor");
        assertThat(get("/api/users?tenant=default", north).statusCode()).isEqualTo(404);
        assertThat(post("/api/users/doctor/disable", "", north).statusCode()).isEqualTo(404);
        assertThat(post("/api/clients/demo-app/disable", "", north).statusCode())
                .isEqualTo(404);
        assertThat(get("/api/tenants", north).statusCode()).isEqualTo(403);
    }

    @Test
    void anAppOfOneTenantIsNoWayToThePeopleOfAnother() {
        post("/api/users", user("north-admin", "admin", ",\"tenant\":\"north\""));
        String north = tokenOf("north-admin", BASE + "/north");
        String evil = """
                {"client_id":"evil-north","client_name":"Evil","scope":"openid user/*.cruds salus_api offline_access",
                 "redirect_uris":["%s"]%s}
                """;
        assertThat(post("/api/clients", evil.formatted(SmartApp.REDIRECT, ",\"trusted\":true"), north)
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("/api/clients", evil.formatted(SmartApp.REDIRECT, ""), north)
                        .statusCode())
                .isEqualTo(201);

        SmartApp strange = new SmartApp(port, "evil-north", BASE);
        assertThat(SmartApp.answer(strange.ask(strange.request("openid user/*.cruds salus_api"), people("admin"))))
                .containsEntry("error", "access_denied")
                .doesNotContainKey("code");
        SmartApp posing = new SmartApp(port, "evil-north", BASE + "/north");
        assertThat(SmartApp.answer(posing.ask(posing.request("openid user/*.cruds salus_api"), people("admin"))))
                .containsEntry("error", "access_denied");
        SmartApp own = new SmartApp(port, "evil-north", BASE + "/north");
        assertThat(own.launch("openid user/*.rs", new DemoUser("north-admin", PASSWORD, "admin"))
                        .has("access_token"))
                .isTrue();
    }

    @Test
    void whatAnAppGotBeforeItWentToAnotherTenantIsWorthNothing() {
        post("/api/users", user("north-admin", "admin", ",\"tenant\":\"north\""));
        post("/api/clients", """
                {"client_id":"mover","client_name":"Mover","scope":"openid user/*.rs offline_access","tenant":"north",
                 "redirect_uris":["%s"]}
                """.formatted(SmartApp.REDIRECT));
        SmartApp mover = new SmartApp(port, "mover", BASE + "/north");
        JsonNode tokens =
                mover.launch("openid user/*.rs offline_access", new DemoUser("north-admin", PASSWORD, "admin"));
        assertThat(isLetIn("/fhir/north/Patient", tokens.path("access_token").asText()))
                .isTrue();

        post("/api/tenants", "{\"id\":\"ward\"}");
        database.sql("UPDATE salus_client SET tenant_id = 'ward' WHERE client_id = 'mover'")
                .update();

        assertThat(isLetIn("/fhir/north/Patient", tokens.path("access_token").asText()))
                .isFalse();
        HttpResponse<String> again = mover.refresh(tokens.path("refresh_token").asText());
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(again.body()).contains("invalid_grant");
    }

    @Test
    void aDisabledTenantRefreshesAndTellsNothing() {
        post("/api/tenants", "{\"id\":\"unit\"}");
        post("/api/users", user("head", "admin", ",\"tenant\":\"unit\""));
        post("/api/clients", """
                {"client_id":"letters","client_name":"Letters","scope":"system/Patient.rs","tenant":"unit",
                 "token_endpoint_auth_method":"client_secret_basic"}
                """);
        String secret = SmartApp.json(post("/api/clients/letters/secret", ""))
                .path("client_secret")
                .asText();
        SmartApp unitApp = new SmartApp(port, "demo-app", BASE + "/unit");
        JsonNode tokens = unitApp.launch("openid user/*.rs offline_access", new DemoUser("head", PASSWORD, "admin"));
        String access = tokens.path("access_token").asText();
        String refresh = tokens.path("refresh_token").asText();
        String program = SmartApp.json(backendToken("letters", secret))
                .path("access_token")
                .asText();
        assertThat(get("/userinfo", access).statusCode()).isEqualTo(200);
        assertThat(introspection("letters", secret, program)).isTrue();

        post("/api/tenants/unit/disable", "");

        assertThat(get("/userinfo", access).statusCode()).isEqualTo(401);
        assertThat(introspection("letters", secret, program)).isFalse();
        assertThat(backend("letters", secret)).isEqualTo(400);
        HttpResponse<String> again = unitApp.refresh(refresh);
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(again.body()).contains("invalid_grant");

        post("/api/tenants/unit/enable", "");
        assertThat(unitApp.refresh(refresh).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> backendToken(String id, String secret) {
        return new Browser(port)
                .post(
                        "/oauth2/token",
                        Map.of(
                                "grant_type",
                                "client_credentials",
                                "scope",
                                "system/Patient.rs",
                                "client_id",
                                id,
                                "client_secret",
                                secret));
    }

    private boolean introspection(String id, String secret, String token) {
        return SmartApp.json(new Browser(port)
                        .post("/oauth2/introspect", Map.of("token", token, "client_id", id, "client_secret", secret)))
                .path("active")
                .asBoolean();
    }

    @Test
    void nobodyElseAdministers() {
        String doctorToken = tokenOf(doctor, BASE);
        for (String path : new String[] {"/api/users", "/api/clients", "/api/tenants"}) {
            assertThat(get(path, doctorToken).statusCode()).as(path).isEqualTo(403);
            assertThat(get(path, "rubbish").statusCode()).as(path).isEqualTo(401);
            assertThat(new Browser(port).get(path).statusCode()).as(path).isEqualTo(401);
        }
        String withoutScope = app.launch("openid user/*.rs", people("admin"))
                .path("access_token")
                .asText();
        assertThat(get("/api/users", withoutScope).statusCode()).isEqualTo(403);
    }

    @Test
    void anAppWithASecretProvesItselfByItUntilItIsReplaced() {
        JsonNode created = SmartApp.json(post("/api/clients", """
                {"client_id":"letters","client_name":"Letters","scope":"system/Patient.rs",
                 "token_endpoint_auth_method":"client_secret_basic"}
                """));
        String secret = created.path("client_secret").asText();
        assertThat(secret).hasSizeGreaterThan(40);
        assertThat(backend("letters", secret)).isEqualTo(200);
        assertThat(get("/api/clients").body()).contains("letters").doesNotContain(secret);

        String next = SmartApp.json(post("/api/clients/letters/secret", ""))
                .path("client_secret")
                .asText();
        assertThat(backend("letters", secret)).isEqualTo(401);
        assertThat(backend("letters", next)).isEqualTo(200);
    }

    @Test
    void aDisabledClientIsOutAtOnce() {
        post("/api/clients", """
                {"client_id":"letters","client_name":"Letters","scope":"system/*.rs",
                 "token_endpoint_auth_method":"client_secret_basic"}
                """);
        String token = backendTokens.issue("letters", Set.of("system/*.rs"));
        assertThat(isLetIn("/fhir/Patient", token)).isTrue();
        assertThat(post("/api/clients/letters/disable", "").statusCode()).isEqualTo(204);
        assertThat(isLetIn("/fhir/Patient", token)).isFalse();
    }

    @Test
    void theOriginOfANewAppMayCallFromABrowserAndNoOther() {
        HttpResponse<String> created = post("/api/clients", """
                {"client_id":"growth","client_name":"Growth","scope":"openid patient/*.rs launch/patient",
                 "redirect_uris":["https://growth.example/back"]}
                """);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(preflight("https://growth.example")).isEqualTo("https://growth.example");
        assertThat(preflight("https://other.example")).isEmpty();
        post("/api/clients/growth/disable", "");
        assertThat(preflight("https://growth.example")).isEmpty();
    }

    @Test
    void theKeysOfAClientAreFetchedAndFollowedWhenTheyChange() throws Exception {
        JWK first = PUBLISHED_KEYS.publish("key-1");
        assertThat(post("/api/clients", """
                {"client_id":"feed","client_name":"Feed","scope":"system/*.rs",
                 "token_endpoint_auth_method":"private_key_jwt","jwks_uri":"%s"}
                """.formatted(PUBLISHED_KEYS.address())).statusCode())
                .isEqualTo(201);
        assertThat(signedBy(first)).isEqualTo(200);
        int asked = PUBLISHED_KEYS.asked.get();
        assertThat(signedBy(first)).isEqualTo(200);
        assertThat(PUBLISHED_KEYS.asked.get()).isEqualTo(asked);

        JWK second = PUBLISHED_KEYS.publish("key-2");
        assertThat(signedBy(second)).isEqualTo(200);
        assertThat(signedBy(first)).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"redirect_uris\":[\"http://app.example/back\"]",
                "\"redirect_uris\":[\"https://app.example/back#x\"]",
                "\"redirect_uris\":[\"javascript:alert(1)\"]",
                "\"redirect_uris\":[\"https://user@app.example/\"]",
                "\"redirect_uris\":[]",
                "\"token_endpoint_auth_method\":\"private_key_jwt\"",
                "\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks_uri\":\"http://169.254.169.254/keys\"",
                "\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks\":{\"keys\":[]}",
                "\"token_endpoint_auth_method\":\"something\"",
                "\"redirect_uris\":[\"https://app.example/\"],\"client_id\":\"a b\"",
                "\"redirect_uris\":[\"https://app.example/\"],\"scope\":\"system/*.rs\"",
                "\"redirect_uris\":[\"https://app.example/\"],\"scope\":\"patient/Unicorn.rs\"",
                "\"redirect_uris\":[\"https://app.example/\"],\"scope\":\"\"",
                "\"redirect_uris\":[\"https://app.example/\"],\"client_name\":\"\"",
                "\"redirect_uris\":[\"https://app.example/\"],\"initiate_login_uri\":\"ftp://app.example/\""
            })
    void aClientThatIsNotWellDescribedIsRefused(String members) {
        String scope = members.contains("\"scope\"")
                ? ""
                : members.contains("redirect") ? ",\"scope\":\"patient/*.rs\"" : ",\"scope\":\"system/*.rs\"";
        String name = members.contains("client_name") ? "" : ",\"client_name\":\"App\"";
        HttpResponse<String> answer = post("/api/clients", "{" + members + scope + name + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(SmartApp.json(answer).path("detail").asText()).isNotEmpty();
    }

    private int signedBy(JWK key) {
        String assertion = BackendAssertion.of("feed", key).sign(URI.create(TOKEN_URL));
        return new Browser(port)
                .post(
                        "/oauth2/token",
                        Map.of(
                                "grant_type",
                                "client_credentials",
                                "scope",
                                "system/*.rs",
                                "client_assertion_type",
                                BackendAssertion.TYPE,
                                "client_assertion",
                                assertion))
                .statusCode();
    }

    private int backend(String id, String secret) {
        return backendToken(id, secret).statusCode();
    }

    private String preflight(String origin) {
        return new Browser(port)
                .send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/oauth2/token"))
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", "POST"))
                .headers()
                .firstValue("Access-Control-Allow-Origin")
                .orElse("");
    }

    private int discoveryOf(String tenant) {
        return new Browser(port)
                .get("/fhir/" + tenant + "/.well-known/smart-configuration")
                .statusCode();
    }

    private String tokenOf(String username, String audience) {
        return tokenOf(new DemoUser(username, PASSWORD, "admin"), audience);
    }

    private String tokenOf(DemoUser person, String audience) {
        SmartApp ui = new SmartApp(port, "salus-ui", audience);
        Map<String, String> request = ui.request("openid salus_api");
        request.put("redirect_uri", ISSUER + "/ui/");
        URI back = Browser.target(ui.ask(request, person));
        return SmartApp.json(ui.browser.post(
                        "/oauth2/token",
                        Map.of(
                                "grant_type",
                                "authorization_code",
                                "code",
                                Browser.query(back).get("code"),
                                "redirect_uri",
                                ISSUER + "/ui/",
                                "client_id",
                                "salus-ui",
                                "code_verifier",
                                ui.verifier)))
                .path("access_token")
                .asText();
    }

    private HttpResponse<String> get(String path) {
        return get(path, admin);
    }

    private HttpResponse<String> get(String path, String token) {
        return new Browser(port).get(path, "Authorization", "Bearer " + token);
    }

    private HttpResponse<String> put(String path, String body) {
        return new Browser(port)
                .send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .header("Authorization", "Bearer " + admin)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> post(String path, String body) {
        return post(path, body, admin);
    }

    private HttpResponse<String> post(String path, String body, String token) {
        return new Browser(port).postJson(path, body, "Authorization", "Bearer " + token);
    }

    private static String user(String name, String role, String more) {
        return "{\"username\":\"%s\",\"password\":\"%s\",\"role\":\"%s\"%s}".formatted(name, PASSWORD, role, more);
    }
}
