package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A SMART app with PKCE, and the person in front of it. */
final class SmartApp {

    static final String REDIRECT = "http://127.0.0.1:9876/callback";

    private static final Pattern SCOPE = Pattern.compile("name=\"scope\" value=\"([^\"]+)\"");

    final Browser browser;
    final String verifier = UUID.randomUUID().toString() + UUID.randomUUID();
    private final String clientId;
    private final String audience;

    SmartApp(int port, String clientId, String audience) {
        this.browser = new Browser(port);
        this.clientId = clientId;
        this.audience = audience;
    }

    /** The parameters of a good authorization request; a test changes what it is about. */
    Map<String, String> request(String scope) {
        return new HashMap<>(Map.of(
                "response_type",
                "code",
                "client_id",
                clientId,
                "redirect_uri",
                REDIRECT,
                "scope",
                scope,
                "state",
                "a-state",
                "aud",
                audience,
                "code_challenge",
                challenge(verifier),
                "code_challenge_method",
                "S256"));
    }

    /** Sends the person to the authorization server and returns where the person ends up. */
    HttpResponse<String> authorize(Map<String, String> request, DemoUser person) {
        HttpResponse<String> next = ask(request, person);
        return isQuestion(next) ? allow(next, offered(next), null) : next;
    }

    /** Sends the person to the authorization server and returns what they are asked, or the way back to the app. */
    HttpResponse<String> ask(Map<String, String> request, DemoUser person) {
        HttpResponse<String> form = browser.open(browser.address("/oauth2/authorize", request));
        boolean isSignedIn = !form.body().contains("name=\"password\"");
        return isSignedIn ? form : browser.signIn(form, person.username(), person.password());
    }

    /** What the person is asked about on the consent page. */
    static Set<String> offered(HttpResponse<String> question) {
        Set<String> scopes = new TreeSet<>();
        Matcher box = SCOPE.matcher(question.body());
        while (box.find()) {
            scopes.add(box.group(1));
        }
        return scopes;
    }

    /** Allows some of what is asked, about a patient where one has to be chosen. */
    HttpResponse<String> allow(HttpResponse<String> question, Set<String> scopes, String patient) {
        List<Map.Entry<String, String>> fields = new ArrayList<>(List.of(Map.entry("decision", "allow")));
        scopes.forEach(scope -> fields.add(Map.entry("scope", scope)));
        if (patient != null) {
            fields.add(Map.entry("patient", patient));
        }
        return browser.submit(question, "/oauth2/authorize", fields);
    }

    HttpResponse<String> deny(HttpResponse<String> question) {
        return browser.submit(question, "/oauth2/authorize", List.of(Map.entry("decision", "deny")));
    }

    static boolean isQuestion(HttpResponse<String> page) {
        return page.statusCode() == 200 && page.body().contains("name=\"decision\"");
    }

    /** Goes through a whole launch and returns the token response. */
    JsonNode launch(String scope, DemoUser person) {
        return json(exchange(code(authorize(request(scope), person)), verifier));
    }

    HttpResponse<String> exchange(String code, String verifier) {
        return browser.post(
                "/oauth2/token",
                Map.of(
                        "grant_type", "authorization_code",
                        "code", code,
                        "redirect_uri", REDIRECT,
                        "client_id", clientId,
                        "code_verifier", verifier));
    }

    HttpResponse<String> refresh(String token) {
        return browser.post(
                "/oauth2/token", Map.of("grant_type", "refresh_token", "refresh_token", token, "client_id", clientId));
    }

    HttpResponse<String> refresh(String token, String scope) {
        return browser.post(
                "/oauth2/token",
                Map.of(
                        "grant_type", "refresh_token",
                        "refresh_token", token,
                        "client_id", clientId,
                        "scope", scope));
    }

    static String code(HttpResponse<String> callback) {
        Map<String, String> answer = answer(callback);
        if (!answer.containsKey("code")) {
            throw new AssertionError("No code but " + answer);
        }
        return answer.get("code");
    }

    static Map<String, String> answer(HttpResponse<String> callback) {
        URI target = Browser.target(callback);
        if (!target.toString().startsWith(REDIRECT)) {
            throw new AssertionError("Not back at the app but at " + target);
        }
        return Browser.query(target);
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return new ObjectMapper().readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode claims(String token) {
        try {
            return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String challenge(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
