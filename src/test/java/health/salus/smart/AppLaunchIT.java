package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpResponse;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** How an app gets a token for the person in front of it, and what it does not get. */
class AppLaunchIT extends SliceServer {

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
                "patient/Observation.rs?date=2020-01-01",
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
        HttpResponse<String> question = app.ask(app.request(LAUNCH), doctor);
        HttpResponse<String> answer = app.allow(question, SmartApp.offered(question), null);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Location")).isEmpty();
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
        HttpResponse<String> question = app.browser.signIn(form, patient.username(), patient.password());
        HttpResponse<String> answer = app.allow(question, SmartApp.offered(question), null);

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

    private static String withoutCsrf(HttpResponse<String> page) {
        return page.body().replaceAll("value=\"[^\"]+\"", "");
    }
}
