package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

/** How long what an app was granted lives, and what ends it. */
class GrantsIT extends SliceServer {

    private static final String OFFLINE = LAUNCH + " offline_access";

    @Autowired
    private Clients clients;

    @Test
    void aRefreshTokenThatComesTwiceEndsAllThatCameOfItsLogin() {
        JsonNode first = app.launch(OFFLINE, patient);
        JsonNode second = SmartApp.json(app.refresh(refreshToken(first)));

        assertThat(app.refresh(refreshToken(first)).statusCode()).isEqualTo(400);

        assertThat(app.refresh(refreshToken(second)).statusCode()).isEqualTo(400);
        assertThat(isLetIn("/fhir/Patient/pat-1", accessToken(first))).isFalse();
        assertThat(isLetIn("/fhir/Patient/pat-1", accessToken(second))).isFalse();
    }

    @Test
    void ofTwoRefreshesAtTheSameMomentNoneOrOneSucceedsAndTheGrantEnds() throws Exception {
        JsonNode first = app.launch(OFFLINE, patient);
        Callable<HttpResponse<String>> refresh =
                () -> new SmartApp(port, "demo-app", BASE).refresh(refreshToken(first));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        int succeeded = 0;
        try {
            for (Future<HttpResponse<String>> answer : threads.invokeAll(List.of(refresh, refresh, refresh, refresh))) {
                succeeded += answer.get().statusCode() == 200 ? 1 : 0;
            }
        } finally {
            threads.shutdown();
        }
        assertThat(succeeded).isLessThanOrEqualTo(1);
        assertThat(isLetIn("/fhir/Patient/pat-1", accessToken(first))).isFalse();
    }

    @Test
    void anEarlierAccessTokenOutlivesARefresh() {
        JsonNode first = app.launch(OFFLINE, patient);
        app.refresh(refreshToken(first));
        assertThat(isLetIn("/fhir/Patient/pat-1", accessToken(first))).isTrue();
    }

    @Test
    void aCodeThatComesTwiceEndsWhatItWasGoodFor() {
        String code = SmartApp.code(app.authorize(app.request(LAUNCH), patient));
        JsonNode response = SmartApp.json(app.exchange(code, app.verifier));
        assertThat(isLetIn("/fhir/Patient/pat-1", accessToken(response))).isTrue();

        app.exchange(code, app.verifier);

        assertThat(isLetIn("/fhir/Patient/pat-1", accessToken(response))).isFalse();
    }

    @Test
    void aRevokedTokenOpensNothingFromThatMomentOn() {
        JsonNode response = app.launch(OFFLINE, patient);
        assertThat(isLetIn("/fhir/Patient/pat-1", accessToken(response))).isTrue();

        HttpResponse<String> answer =
                app.browser.post("/oauth2/revoke", Map.of("token", accessToken(response), "client_id", "demo-app"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(isLetIn("/fhir/Patient/pat-1", accessToken(response))).isFalse();
        assertThat(app.refresh(refreshToken(response)).statusCode()).isEqualTo(400);
    }

    @Test
    void revokingWhatDoesNotExistIsNoError() {
        HttpResponse<String> answer =
                app.browser.post("/oauth2/revoke", Map.of("token", "no-such-token", "client_id", "demo-app"));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void anAppMayAskForLessWhenItRefreshesAndForAllAgainLater() {
        JsonNode first = app.launch(OFFLINE, patient);
        JsonNode less = SmartApp.json(app.refresh(refreshToken(first), "patient/*.rs"));
        assertThat(less.path("scope").asText()).isEqualTo("patient/*.rs");
        assertThat(less.path("patient").asText()).isEqualTo("pat-1");

        JsonNode all = SmartApp.json(app.refresh(refreshToken(less)));
        assertThat(all.path("scope").asText().split(" ")).hasSize(5);
    }

    @Test
    void anAppDoesNotGetMoreWhenItRefreshes() {
        JsonNode first = app.launch("openid launch/patient patient/Observation.rs offline_access", patient);
        assertThat(app.refresh(refreshToken(first), "patient/Observation.rs patient/Patient.rs")
                        .statusCode())
                .isEqualTo(400);
        assertThat(app.refresh(refreshToken(first)).statusCode()).isEqualTo(200);
    }

    @Test
    void anOnlineAppStopsWhenThePersonSignsOutAndAnOfflineAppGoesOn() {
        JsonNode online = app.launch(LAUNCH + " online_access", patient);
        JsonNode offline = app.launch(OFFLINE, patient);
        assertThat(app.refresh(refreshToken(online)).statusCode()).isEqualTo(200);

        HttpResponse<String> page = app.browser.get("/logout", "Accept", "text/html");
        String csrf = page.body().replaceAll("(?s).*name=\"_csrf\"[^>]*value=\"([^\"]+)\".*", "$1");
        app.browser.post("/logout", Map.of("_csrf", csrf));

        assertThat(isLetIn("/fhir/Patient/pat-1", accessToken(online))).isFalse();
        assertThat(app.refresh(refreshToken(offline)).statusCode()).isEqualTo(200);
    }

    @Test
    void noTokenIsKeptInClear() {
        JsonNode response = app.launch(OFFLINE, patient);
        List<String> rows = database.sql("SELECT to_jsonb(a)::text FROM oauth2_authorization a")
                .query(String.class)
                .list();
        assertThat(rows).isNotEmpty();
        for (String value : List.of(
                accessToken(response),
                refreshToken(response),
                response.path("id_token").asText())) {
            assertThat(rows).noneMatch(row -> row.contains(value));
        }
    }

    @Test
    void theHashOfATokenIsNoToken() {
        JsonNode response = app.launch(OFFLINE, patient);
        assertThat(app.refresh(TokenHash.of(refreshToken(response))).statusCode())
                .isEqualTo(400);
        assertThat(app.refresh(refreshToken(response)).statusCode()).isEqualTo(200);
    }

    @Test
    void anAppIntrospectsItsOwnTokenByShowingIt() {
        String token = accessToken(app.launch(LAUNCH, patient));
        JsonNode told = introspect(token, token);
        assertThat(told.path("active").asBoolean()).isTrue();
        assertThat(told.path("client_id").asText()).isEqualTo("demo-app");
        assertThat(told.path("patient").asText()).isEqualTo("pat-1");
        assertThat(told.path("fhirUser").asText()).isEqualTo(BASE + "/Patient/pat-1");
        assertThat(told.path("scope").asText()).contains("patient/*.rs");
        assertThat(told.path("exp").asLong()).isPositive();
        assertThat(told.path("iss").asText()).isEqualTo(ISSUER);
    }

    @Test
    void theTokensOfOthersAreInactiveToAnApp() {
        String own = accessToken(new SmartApp(port, "demo-app", BASE).launch(LAUNCH, patient));
        String foreign = accounts.accessToken();
        assertThat(introspect(own, foreign).toString()).isEqualTo("{\"active\":false}");
        assertThat(introspect(own, "rubbish").toString()).isEqualTo("{\"active\":false}");
    }

    @Test
    void aRevokedTokenIsNoReasonToBeTold() {
        JsonNode response = app.launch(LAUNCH, patient);
        app.browser.post("/oauth2/revoke", Map.of("token", accessToken(response), "client_id", "demo-app"));
        assertThat(introspection(accessToken(response), accessToken(response)).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aResourceServerIntrospectsTheTokensOfItsTenant() {
        clients.save(
                new SmartClient(
                        "resource-server",
                        "Resource server",
                        TenantId.DEFAULT,
                        Set.of(),
                        Set.of(SmartScopes.INTROSPECT),
                        new ClientProof.Secret(passwords.encode("a-long-secret")),
                        null,
                        false),
                true);
        String token = accessToken(app.launch(LAUNCH, patient));
        HttpResponse<String> answer = app.browser.post(
                "/oauth2/introspect",
                Map.of("token", token, "client_id", "resource-server", "client_secret", "a-long-secret"));
        assertThat(SmartApp.json(answer).path("active").asBoolean()).isTrue();
        HttpResponse<String> wrong = app.browser.post(
                "/oauth2/introspect",
                Map.of("token", token, "client_id", "resource-server", "client_secret", "a-wrong-secret"));
        assertThat(wrong.statusCode()).isEqualTo(401);
    }

    private JsonNode introspect(String bearer, String token) {
        return SmartApp.json(introspection(bearer, token));
    }

    private HttpResponse<String> introspection(String bearer, String token) {
        return app.browser.post("/oauth2/introspect", Map.of("token", token), "Authorization", "Bearer " + bearer);
    }

    private static String accessToken(JsonNode response) {
        return response.path("access_token").asText();
    }

    private static String refreshToken(JsonNode response) {
        return response.path("refresh_token").asText();
    }
}
