package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** What a person is asked before an app gets in, and what their answer is worth. */
class ConsentIT extends SliceServer {

    private static final String MUCH = "openid fhirUser launch/patient patient/Observation.rs patient/Patient.rs";

    @BeforeEach
    void nobodyHasAgreedToAnything() {
        database.sql("DELETE FROM salus_consent").update();
    }

    @Test
    void aPersonSeesWhichAppAsksForWhat() {
        HttpResponse<String> question = ask("user/Observation.rs user/Patient.rs openid");
        assertThat(question.body()).contains("Demo app").contains("patient").contains("Observation");
        assertThat(SmartApp.offered(question)).containsExactly("user/Observation.rs", "user/Patient.rs");
        assertThat(question.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("frame-ancestors 'none'");
    }

    @Test
    void aPersonMayDropSingleScopes() {
        HttpResponse<String> question = ask(MUCH);
        HttpResponse<String> answer = app.allow(question, Set.of("launch/patient", "patient/Patient.rs"), null);
        JsonNode response = SmartApp.json(app.exchange(SmartApp.code(answer), app.verifier));
        assertThat(response.path("scope").asText().split(" "))
                .containsExactlyInAnyOrder("openid", "launch/patient", "patient/Patient.rs");
        assertThat(SmartApp.claims(response.path("access_token").asText())
                        .path("scope")
                        .asText())
                .doesNotContain("Observation");
    }

    @Test
    void whoAllowsNothingSendsTheAppAway() {
        HttpResponse<String> answer = app.deny(ask(MUCH));
        assertThat(SmartApp.answer(answer))
                .containsEntry("error", "access_denied")
                .containsEntry("state", "a-state");
    }

    @Test
    void nothingThatWasNotAskedForIsGranted() {
        HttpResponse<String> answer = app.allow(ask(MUCH), Set.of("user/*.rs", "patient/Patient.rs"), null);
        assertThat(SmartApp.answer(answer)).containsEntry("error", "invalid_scope");
    }

    @Test
    void whoHasAllowedAllOfItIsNotAskedAgain() {
        app.allow(ask("user/Patient.r user/Observation.r"), Set.of("user/Patient.r", "user/Observation.r"), null);

        assertThat(SmartApp.answer(ask("user/Patient.r"))).containsKey("code");
        assertThat(SmartApp.isQuestion(ask("user/Patient.r user/Condition.r"))).isTrue();
    }

    @Test
    void aScopeThatWasDroppedIsAskedForAgainAndDoesNotComeBackByItself() {
        app.allow(ask("user/Patient.r user/Observation.r"), Set.of("user/Patient.r", "user/Observation.r"), null);
        HttpResponse<String> again = ask(Map.of("prompt", "consent"), "openid user/Patient.r user/Observation.r");
        HttpResponse<String> answer = app.allow(again, Set.of("user/Patient.r"), null);
        JsonNode response = SmartApp.json(app.exchange(SmartApp.code(answer), app.verifier));

        assertThat(response.path("scope").asText().split(" ")).containsExactlyInAnyOrder("openid", "user/Patient.r");
        assertThat(SmartApp.isQuestion(ask("user/Patient.r user/Observation.r")))
                .isTrue();
    }

    @Test
    void theDecisionOfAnotherPersonCountsForNothing() {
        HttpResponse<String> question = ask(MUCH);
        SmartApp stranger = new SmartApp(port, "demo-app", BASE);
        stranger.ask(stranger.request("user/*.rs"), doctor);
        HttpResponse<String> answer = stranger.allow(question, Set.of("patient/Patient.rs"), null);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Location")).isEmpty();
    }

    @Test
    void aQuestionThatNobodyAskedIsNotShown() {
        ask(MUCH);
        assertThat(app.browser.get("/oauth2/consent?state=made-up").statusCode())
                .isEqualTo(400);
        assertThat(app.browser.get("/oauth2/consent").statusCode()).isEqualTo(400);
    }

    @Test
    void theInstitutionsOwnAppAsksNobody() {
        SmartApp ui = new SmartApp(port, "salus-ui", BASE);
        Map<String, String> request = ui.request("openid user/*.rs");
        request.put("redirect_uri", ISSUER + "/ui/");
        HttpResponse<String> answer = ui.ask(request, doctor);
        assertThat(Browser.target(answer).toString()).startsWith(ISSUER + "/ui/?code=");
    }

    @Test
    void aPersonShutsAnAppOutAndItsTokensDie() {
        JsonNode response = app.launch(LAUNCH + " offline_access", patient);
        HttpResponse<String> page = app.browser.get("/oauth2/apps", "Accept", "text/html");
        assertThat(page.body()).contains("Demo app");

        HttpResponse<String> after = app.browser.submit(page, "/oauth2/apps", List.of());

        assertThat(after.body()).contains("You have let no app in");
        assertThat(isLetIn("/fhir/Patient/pat-1", response.path("access_token").asText()))
                .isFalse();
        assertThat(app.refresh(response.path("refresh_token").asText()).statusCode())
                .isEqualTo(400);
        assertThat(SmartApp.isQuestion(ask(LAUNCH))).isTrue();
    }

    @Test
    void nobodyShutsAnAppOutForAnother() {
        app.launch(LAUNCH, patient);
        int status = app.browser
                .post("/oauth2/apps", Map.of("client_id", "demo-app"))
                .statusCode();
        assertThat(status).isEqualTo(403);
    }

    private HttpResponse<String> ask(String scope) {
        return ask(Map.of(), scope);
    }

    private HttpResponse<String> ask(Map<String, String> more, String scope) {
        Map<String, String> request = app.request(scope);
        request.putAll(more);
        return app.ask(request, patient);
    }
}
