package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import health.salus.tenant.TenantId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import javax.sql.DataSource;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(
        classes = AuthorizationServerIT.Slice.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "salus.public-url=http://salus.test",
            "salus.tenant.ids=north",
            "management.server.port=0",
            "logging.structured.format.console="
        })
class AuthorizationServerIT {

    private static final String ISSUER = "http://salus.test";
    private static final String BASE = ISSUER + "/fhir";
    private static final String TOKEN_URL = ISSUER + "/oauth2/token";
    private static final String LAUNCH = "openid fhirUser launch/patient patient/*.rs";

    @TempDir
    private static Path data;

    @LocalServerPort
    private int port;

    @Autowired
    private DemoAccounts accounts;

    @Autowired
    private Users users;

    @Autowired
    private PasswordEncoder passwords;

    @Autowired
    private JdbcClient database;

    private DemoUser doctor;
    private DemoUser patient;
    private SmartApp app;

    @DynamicPropertySource
    static void dataFolder(DynamicPropertyRegistry properties) {
        properties.add("salus.data-dir", data::toString);
    }

    @BeforeEach
    void openAccounts() {
        List<DemoUser> people = accounts.ensure("pat-1", "doc-1");
        doctor = people.get(1);
        patient = people.get(2);
        app = new SmartApp(port, "demo-app", BASE);
    }

    // ---- an app with a person

    @Test
    void aLaunchTellsTheAppWhichPatientItIsAbout() {
        JsonNode response = app.launch(LAUNCH, patient);

        assertThat(response.path("patient").asText()).isEqualTo("pat-1");
        assertThat(response.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(response.path("expires_in").asInt()).isBetween(3590, 3600);
        assertThat(response.path("scope").asText().split(" "))
                .containsExactlyInAnyOrder("openid", "fhirUser", "launch/patient", "patient/*.rs");
    }

    @Test
    void theAccessTokenIsForOneFhirBaseAndSaysWhoTheCallerIs() {
        String token = app.launch(LAUNCH, patient).path("access_token").asText();

        JsonNode claims = SmartApp.claims(token);
        assertThat(claims.path("iss").asText()).isEqualTo(ISSUER);
        assertThat(claims.path("aud").asText()).isEqualTo(BASE);
        assertThat(claims.path("client_id").asText()).isEqualTo("demo-app");
        assertThat(claims.path("patient").asText()).isEqualTo("pat-1");
        assertThat(claims.path("fhirUser").asText()).isEqualTo(BASE + "/Patient/pat-1");
        assertThat(claims.path("salus_role").asText()).isEqualTo("patient");
        assertThat(claims.path("salus_tenant").asText()).isEqualTo("default");
        assertThat(claims.path("scope").isTextual()).isTrue();
    }

    @Test
    void theIdTokenNamesThePersonAndTheApp() {
        JsonNode claims = SmartApp.claims(
                app.launch("openid fhirUser user/*.rs", doctor).path("id_token").asText());

        assertThat(claims.path("aud").asText()).isEqualTo("demo-app");
        assertThat(claims.path("fhirUser").asText()).isEqualTo(BASE + "/Practitioner/doc-1");
    }

    @Test
    void noPatientIsNamedUnlessAScopeIsAboutOne() {
        JsonNode response = app.launch("openid fhirUser user/Observation.rs", patient);

        assertThat(response.has("patient")).isFalse();
        assertThat(SmartApp.claims(response.path("access_token").asText()).has("patient"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patient/Observation.rs",
                "patient/Observation.r launch/patient",
                "patient/*.read",
                "user/Patient.read openid"
            })
    void narrowerScopesThanTheRegisteredOnesAreGrantedAsTheyWereAsked(String scope) {
        assertThat(app.launch(scope, patient).path("scope").asText().split(" "))
                .containsExactlyInAnyOrder(scope.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patient/*.cruds",
                "patient/*.write",
                "system/*.rs",
                "patient/Unicorn.rs",
                "launch",
                "patient/Observation.rs?category=laboratory",
                ""
            })
    void otherScopesAreRefused(String scope) {
        HttpResponse<String> answer = app.browser.open(app.browser.address("/oauth2/authorize", app.request(scope)));

        assertThat(SmartApp.answer(answer))
                .containsEntry("error", "invalid_scope")
                .containsEntry("state", "a-state");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/fhir",
                "http://salus.test",
                "http://salus.test/fhir/unknown",
                "http://localhost/fhir",
                ""
            })
    void aTokenForAnotherServerIsRefused(String audience) {
        Map<String, String> request = app.request(LAUNCH);
        request.put("aud", audience);

        HttpResponse<String> answer = app.browser.open(app.browser.address("/oauth2/authorize", request));

        assertThat(SmartApp.answer(answer)).containsEntry("error", "invalid_request");
    }

    @Test
    void aRequestWithoutAnAudienceIsRefused() {
        Map<String, String> request = app.request(LAUNCH);
        request.remove("aud");

        HttpResponse<String> answer = app.browser.open(app.browser.address("/oauth2/authorize", request));

        assertThat(SmartApp.answer(answer)).containsEntry("error", "invalid_request");
    }

    @Test
    void aPersonGetsNoTokenForAnotherTenant() {
        Map<String, String> request = app.request(LAUNCH);
        request.put("aud", BASE + "/north");

        assertThat(SmartApp.answer(app.authorize(request, patient))).containsEntry("error", "access_denied");
    }

    @Test
    void aPersonWithoutARecordGetsNoTokenThatIsAboutOne() {
        assertThat(SmartApp.answer(app.authorize(app.request(LAUNCH), doctor))).containsEntry("error", "access_denied");
    }

    @Test
    void aCodeIsWorthNothingWithoutItsVerifier() {
        String code = SmartApp.code(app.authorize(app.request(LAUNCH), patient));

        assertThat(app.exchange(code, "x".repeat(43)).statusCode()).isEqualTo(400);
    }

    @Test
    void aCodeIsGoodOnce() {
        String code = SmartApp.code(app.authorize(app.request(LAUNCH), patient));

        assertThat(app.exchange(code, app.verifier).statusCode()).isEqualTo(200);
        assertThat(app.exchange(code, app.verifier).statusCode()).isEqualTo(400);
    }

    @Test
    void proofOfPossessionIsNotOptionalAndNotPlain() {
        Map<String, String> without = app.request(LAUNCH);
        without.remove("code_challenge");
        without.remove("code_challenge_method");
        Map<String, String> plain = app.request(LAUNCH);
        plain.put("code_challenge_method", "plain");

        assertThat(SmartApp.answer(app.browser.open(app.browser.address("/oauth2/authorize", without))))
                .containsEntry("error", "invalid_request");
        assertThat(SmartApp.answer(app.browser.open(app.browser.address("/oauth2/authorize", plain))))
                .containsEntry("error", "invalid_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:9876/callback/",
                "http://127.0.0.1:9876/callback?x=y",
                "https://127.0.0.1:9876/callback",
                "http://evil.example/callback"
            })
    void nothingIsSentToAnAddressThatIsNotRegistered(String redirect) {
        Map<String, String> request = app.request(LAUNCH);
        request.put("redirect_uri", redirect);

        HttpResponse<String> answer = app.browser.open(app.browser.address("/oauth2/authorize", request));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Location")).isEmpty();
    }

    @Test
    void anAuthorizationRequestMayBePosted() {
        HttpResponse<String> form = app.browser.follow(app.browser.post("/oauth2/authorize", app.request(LAUNCH)));

        HttpResponse<String> answer = app.browser.signIn(form, patient.username(), patient.password());

        assertThat(SmartApp.answer(answer)).containsKey("code").containsEntry("state", "a-state");
    }

    @Test
    void anAccessTokenIsNoWayToAWiderOne() {
        String token =
                app.launch("patient/Patient.r", patient).path("access_token").asText();
        Browser stranger = new Browser(port);
        String path =
                stranger.address("/oauth2/authorize", app.request("user/*.rs")).toString();

        HttpResponse<String> answer = stranger.get(
                path.substring(path.indexOf("/oauth2")), "Authorization", "Bearer " + token, "Accept", "text/html");

        assertThat(answer.headers().firstValue("Location").orElse("")).doesNotContain("code=");
    }

    @Test
    void aWrongPasswordAndAnUnknownNameLookTheSame() {
        HttpResponse<String> form = app.browser.open(app.browser.address("/oauth2/authorize", app.request(LAUNCH)));
        HttpResponse<String> wrong = app.browser.signIn(form, "patient", "wrong");
        HttpResponse<String> unknown = app.browser.signIn(wrong, "nobody", "wrong");

        assertThat(wrong.uri().toString()).endsWith("/login?error");
        assertThat(withoutCsrf(unknown)).isEqualTo(withoutCsrf(wrong));
    }

    @Test
    void aLoginWithoutTheTokenOfTheFormIsRefused() {
        app.browser.open(app.browser.address("/oauth2/authorize", app.request(LAUNCH)));

        assertThat(app.browser
                        .post("/login", Map.of("username", patient.username(), "password", patient.password()))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void anAppStaysConnectedOnlyIfItAskedForIt() {
        assertThat(app.launch(LAUNCH, patient).has("refresh_token")).isFalse();
    }

    @Test
    void aRefreshTokenIsReplacedEachTimeAndKeepsThePatient() {
        JsonNode first = app.launch(LAUNCH + " offline_access", patient);

        JsonNode second = SmartApp.json(app.refresh(first.path("refresh_token").asText()));

        assertThat(second.path("patient").asText()).isEqualTo("pat-1");
        assertThat(second.path("refresh_token").asText())
                .isNotEmpty()
                .isNotEqualTo(first.path("refresh_token").asText());
        assertThat(app.refresh(first.path("refresh_token").asText()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void aRefreshTokenIsWorthNothingToAnotherApp() {
        JsonNode response = app.launch(LAUNCH + " offline_access", patient);

        HttpResponse<String> answer = new SmartApp(port, "salus-ui", BASE)
                .refresh(response.path("refresh_token").asText());

        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    void whoLeavesTheTenantIsNotRefreshed() {
        users.save(
                new SmartUser("leaver", Role.PATIENT, TenantId.DEFAULT, "Patient/pat-1", "pat-1"),
                passwords.encode("secret"),
                true);
        JsonNode response = app.launch(LAUNCH + " offline_access", new DemoUser("leaver", "secret", "patient"));

        database.sql("UPDATE salus_user SET tenant_id = 'north' WHERE username = 'leaver'")
                .update();

        assertThat(app.refresh(response.path("refresh_token").asText()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void anAppRevokesItsRefreshTokenButNotThatOfAnother() {
        String token = app.launch(LAUNCH + " offline_access", patient)
                .path("refresh_token")
                .asText();

        app.browser.post("/oauth2/revoke", Map.of("token", token, "client_id", "salus-ui"));
        JsonNode stillGood = SmartApp.json(app.refresh(token));
        String next = stillGood.path("refresh_token").asText();
        app.browser.post("/oauth2/revoke", Map.of("token", next, "client_id", "demo-app"));

        assertThat(stillGood.has("access_token")).isTrue();
        assertThat(app.refresh(next).statusCode()).isEqualTo(400);
    }

    @Test
    void namingAClientIsNotEnoughToLookIntoTokens() {
        String token = app.launch(LAUNCH, patient).path("access_token").asText();

        HttpResponse<String> answer =
                app.browser.post("/oauth2/introspect", Map.of("token", token, "client_id", "demo-app"));

        assertThat(answer.statusCode()).isIn(400, 401);
        assertThat(answer.body()).doesNotContain("active");
    }

    // ---- a backend service

    @Test
    void aBackendServiceGetsAShortTokenForItsSignature() {
        JsonNode response = SmartApp.json(backend("system/Observation.rs", assertion(claims())));

        assertThat(response.path("expires_in").asInt()).isBetween(290, 300);
        assertThat(response.has("refresh_token")).isFalse();
        JsonNode token = SmartApp.claims(response.path("access_token").asText());
        assertThat(token.path("aud").asText()).isEqualTo(BASE);
        assertThat(token.path("salus_role").asText()).isEqualTo("system");
        assertThat(token.path("scope").asText()).isEqualTo("system/Observation.rs");
        assertThat(token.has("patient")).isFalse();
    }

    @Test
    void anAssertionIsGoodOnce() {
        String assertion = assertion(claims());

        assertThat(backend("system/*.rs", assertion).statusCode()).isEqualTo(200);
        assertThat(backend("system/*.rs", assertion).statusCode()).isEqualTo(401);
    }

    @Test
    void anAssertionLivesFiveMinutesAtMost() {
        assertThat(backend("system/*.rs", assertion(claims().expirationTime(in(Duration.ofMinutes(6)))))
                        .statusCode())
                .isEqualTo(401);
        assertThat(backend("system/*.rs", assertion(claims().expirationTime(in(Duration.ofSeconds(-1)))))
                        .statusCode())
                .isEqualTo(401);
        assertThat(backend("system/*.rs", assertion(claims().expirationTime(null)))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void anAssertionNamesThisTokenEndpointThisClientAndItself() {
        assertThat(backend("system/*.rs", assertion(claims().audience(ISSUER))).statusCode())
                .isEqualTo(401);
        assertThat(backend("system/*.rs", assertion(claims().audience(List.of(TOKEN_URL, "https://evil.example"))))
                        .statusCode())
                .isEqualTo(401);
        assertThat(backend("system/*.rs", assertion(claims().subject("demo-app")))
                        .statusCode())
                .isEqualTo(401);
        assertThat(backend("system/*.rs", assertion(claims().jwtID(null))).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aKeyThatIsNotRegisteredSignsNothing() throws JOSEException {
        ECKey registered = new DemoFiles(data.resolve("demo")).backendKey();
        ECKey other =
                new ECKeyGenerator(Curve.P_384).keyID(registered.getKeyID()).generate();

        assertThat(backend(
                                "system/*.rs",
                                BackendAssertion.of("demo-backend", other).sign(claims().build()))
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user/*.rs", "patient/*.rs", "openid", "system/*.rs openid", "system/Unicorn.rs", ""})
    void aBackendServiceAsksForNothingButSystemScopes(String scope) {
        HttpResponse<String> answer = backend(scope, assertion(claims()));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(SmartApp.json(answer).path("error").asText()).isEqualTo("invalid_scope");
    }

    @Test
    void anAppDoesNotBecomeABackendServiceByItsName() {
        assertThat(app.browser
                        .post(
                                "/oauth2/token",
                                Map.of(
                                        "grant_type",
                                        "client_credentials",
                                        "client_id",
                                        "demo-app",
                                        "scope",
                                        "user/*.rs"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void theTokenOfTheGreetingIsLikeAnyOther() {
        String token = accounts.accessToken();

        assertThat(SmartApp.claims(token).path("scope").asText()).isEqualTo("system/*.cruds");
        JsonNode introspected = SmartApp.json(new Browser(port)
                .post(
                        "/oauth2/introspect",
                        Map.of(
                                "token",
                                token,
                                "client_id",
                                "demo-backend",
                                "client_assertion_type",
                                BackendAssertion.TYPE,
                                "client_assertion",
                                assertion(claims()))));
        assertThat(introspected.path("active").asBoolean()).isTrue();
        assertThat(isLetIn("/fhir/Patient", token)).isTrue();
    }

    // ---- the gate of the FHIR API

    @Test
    void discoveryNeedsNoTokenAndIsThereForEveryTenant() {
        for (String base : List.of("/fhir", "/fhir/north")) {
            HttpResponse<String> response =
                    app.browser.get(base + "/.well-known/smart-configuration", "Origin", "https://any.example");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
            assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains("*");
            JsonNode document = SmartApp.json(response);
            assertThat(document.path("token_endpoint").asText()).isEqualTo(TOKEN_URL);
            assertThat(document.path("authorization_endpoint").asText()).isEqualTo(ISSUER + "/oauth2/authorize");
            assertThat(document.path("code_challenge_methods_supported").toString())
                    .isEqualTo("[\"S256\"]");
        }
        assertThat(app.browser
                        .get("/fhir/unknown/.well-known/smart-configuration")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void withoutATokenTheAnswerIsAChallengeInTheLanguageOfFhir() {
        HttpResponse<String> response = app.browser.get("/fhir/Patient/1");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/fhir+json");
        assertThat(SmartApp.json(response).path("resourceType").asText()).isEqualTo("OperationOutcome");
        assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void aLoginIsNoSubstituteForAToken() {
        app.launch(LAUNCH, patient);

        assertThat(app.browser.get("/fhir/Patient/pat-1").statusCode()).isEqualTo(401);
    }

    @Test
    void anIdTokenIsNoAccessToken() {
        JsonNode response = app.launch(LAUNCH, patient);

        assertThat(isLetIn("/fhir/Patient/pat-1", response.path("access_token").asText()))
                .isTrue();
        assertThat(isLetIn("/fhir/Patient/pat-1", response.path("id_token").asText()))
                .isFalse();
    }

    @Test
    void aTokenOfOneTenantOpensNoOther() {
        String token = app.launch(LAUNCH, patient).path("access_token").asText();

        assertThat(isLetIn("/fhir/north/Patient/pat-1", token)).isFalse();
        assertThat(isLetIn("/fhir/%6eorth/Patient/pat-1", token)).isFalse();
        assertThat(isLetIn("/fhir/default/Patient/pat-1", token)).isTrue();
    }

    @Test
    void aTokenInTheAddressIsNotLookedAt() {
        String token = app.launch(LAUNCH, patient).path("access_token").asText();

        assertThat(app.browser.get("/fhir/Patient/pat-1?access_token=" + token).statusCode())
                .isEqualTo(401);
    }

    @Test
    void whatNobodyHasOpenedIsClosed() {
        for (String path : List.of("/api/anything", "/actuator/env", "/swagger-ui", "/fhirx")) {
            assertThat(new Browser(port).get(path).statusCode()).as(path).isIn(401, 403);
        }
    }

    @Test
    void onlyPagesOfRegisteredAppsCallFromABrowser() {
        assertThat(preflight("http://127.0.0.1:9876")).isEqualTo(200);
        assertThat(preflight("https://evil.example")).isEqualTo(403);
    }

    private int preflight(String origin) {
        return new Browser(port)
                .send(java.net.http.HttpRequest.newBuilder(
                                java.net.URI.create("http://localhost:" + port + "/fhir/Patient"))
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", "GET")
                        .header("Access-Control-Request-Headers", "authorization")
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody()))
                .statusCode();
    }

    // There is no FHIR API behind the gate here, so whoever is let in finds nothing.
    private boolean isLetIn(String path, String token) {
        int status =
                new Browser(port).get(path, "Authorization", "Bearer " + token).statusCode();
        assertThat(status).isIn(401, 404);
        return status == 404;
    }

    private HttpResponse<String> backend(String scope, String assertion) {
        return new Browser(port)
                .post(
                        "/oauth2/token",
                        Map.of(
                                "grant_type",
                                "client_credentials",
                                "scope",
                                scope,
                                "client_assertion_type",
                                BackendAssertion.TYPE,
                                "client_assertion",
                                assertion));
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("demo-backend")
                .subject("demo-backend")
                .audience(TOKEN_URL)
                .expirationTime(in(Duration.ofMinutes(4)))
                .jwtID(UUID.randomUUID().toString());
    }

    private static String assertion(JWTClaimsSet.Builder claims) {
        return BackendAssertion.of("demo-backend", new DemoFiles(data.resolve("demo")).backendKey())
                .sign(claims.build());
    }

    private static Date in(Duration time) {
        return Date.from(Instant.now().plus(time));
    }

    private static String withoutCsrf(HttpResponse<String> page) {
        return page.body().replaceAll("value=\"[^\"]+\"", "");
    }

    /** The authorization server and the token checks on a real database, without the FHIR API behind them. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ComponentScan({"health.salus.smart", "health.salus.tenant"})
    static class Slice {

        @Bean(destroyMethod = "close")
        EmbeddedPostgres postgres() throws IOException {
            return EmbeddedPostgres.builder().start();
        }

        @Bean
        DataSource dataSource(EmbeddedPostgres postgres) {
            return postgres.getPostgresDatabase();
        }
    }
}
