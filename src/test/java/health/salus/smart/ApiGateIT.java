package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What stands before the FHIR API: who is let in, and what is there for everybody. */
class ApiGateIT extends SliceServer {

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
}
