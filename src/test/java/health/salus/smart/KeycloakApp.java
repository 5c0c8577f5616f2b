package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import health.salus.testing.BackendKey;
import health.salus.testing.KeycloakServer;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A SMART app whose tokens come from a real Keycloak, and the person in front of it. */
final class KeycloakApp {

    static final String OIDC = "/realms/salus/protocol/openid-connect";

    private static final Pattern ACTION = Pattern.compile("<form[^>]* action=\"([^\"]+)\"");

    final Browser browser;
    private final KeycloakServer server;
    private final String clientId;
    private final String redirect;
    private final String verifier = UUID.randomUUID().toString() + UUID.randomUUID();

    KeycloakApp(KeycloakServer server, String clientId, String redirect) {
        this.server = server;
        this.browser = new Browser(server.port());
        this.clientId = clientId;
        this.redirect = redirect;
    }

    /** The parameters of a good authorization request for this FHIR base; a test changes what it is about. */
    Map<String, String> request(String scope, String audience) {
        return new HashMap<>(Map.of(
                "response_type",
                "code",
                "client_id",
                clientId,
                "redirect_uri",
                redirect,
                "scope",
                scope,
                "state",
                "a-state",
                "aud",
                audience,
                "code_challenge",
                SmartApp.challenge(verifier),
                "code_challenge_method",
                "S256"));
    }

    /** Goes to Keycloak, signs in where it asks for that, agrees where it asks for that, and comes back. */
    HttpResponse<String> authorize(Map<String, String> request, String username, String password) {
        HttpResponse<String> page = browser.open(browser.address(OIDC + "/auth", request));
        if (page.body().contains("name=\"password\"")) {
            page = submit(browser, server, page, Map.of("username", username, "password", password));
        }
        return page.body().contains("name=\"accept\"") ? submit(browser, server, page, Map.of("accept", "Yes")) : page;
    }

    /** Goes through a whole launch and returns the token response, or what Keycloak says against it. */
    HttpResponse<String> launch(Map<String, String> request, String username, String password) {
        Map<String, String> answer = Browser.query(Browser.target(authorize(request, username, password)));
        if (!answer.containsKey("code")) {
            throw new AssertionError("No code but " + answer);
        }
        return exchange(answer.get("code"));
    }

    HttpResponse<String> exchange(String code) {
        return token(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                String.valueOf(code),
                "redirect_uri",
                redirect,
                "client_id",
                clientId,
                "code_verifier",
                verifier));
    }

    HttpResponse<String> refresh(String token) {
        return token(Map.of("grant_type", "refresh_token", "refresh_token", token, "client_id", clientId));
    }

    HttpResponse<String> token(Map<String, String> form) {
        // What a script in a web page would send along; only then is there a CORS header to look at.
        return browser.post(OIDC + "/token", form, "Origin", origin());
    }

    /** Asks for a token as a backend service. */
    static HttpResponse<String> backend(KeycloakServer server, String assertion, String scope) {
        return new Browser(server.port())
                .post(
                        OIDC + "/token",
                        Map.of(
                                "grant_type",
                                "client_credentials",
                                "scope",
                                scope,
                                "client_assertion_type",
                                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                                "client_assertion",
                                assertion));
    }

    /** The claims of a good assertion of a backend service. */
    static JWTClaimsSet.Builder assertion(KeycloakServer server, String clientId) {
        return new JWTClaimsSet.Builder()
                .issuer(clientId)
                .subject(clientId)
                .audience(server.issuer() + "/protocol/openid-connect/token")
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .jwtID(UUID.randomUUID().toString());
    }

    static String backendToken(KeycloakServer server, String clientId, String scope) {
        JsonNode response = SmartApp.json(
                backend(server, BackendKey.sign(assertion(server, clientId).build()), scope));
        if (!response.has("access_token")) {
            throw new AssertionError("No token: " + response);
        }
        return response.path("access_token").asText();
    }

    /** Fills in the form that Keycloak shows. */
    static HttpResponse<String> submit(
            Browser browser, KeycloakServer server, HttpResponse<String> page, Map<String, String> fields) {
        Matcher action = ACTION.matcher(page.body());
        if (!action.find()) {
            throw new AssertionError("No form but " + page.statusCode() + " " + page.body());
        }
        String path = action.group(1).replace("&amp;", "&").replace(server.address(), "");
        return browser.submit(page, path, List.copyOf(fields.entrySet()));
    }

    private String origin() {
        URI address = URI.create(redirect);
        return address.getScheme() + "://" + address.getAuthority();
    }
}
