package health.salus.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.smart.BackendAssertion;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** Who signs in, who tries to, and who gets a token is in the trail. */
class SignInAuditIT {

    private static final TestServer SERVER = TestServer.shared();
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    private final Trail trail = new Trail(SERVER);
    private final String id = Trail.newId();
    private final HttpClient http = HttpClient.newBuilder()
            .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
            .build();

    @Test
    void loginNamesThePerson() throws Exception {
        signIn("admin", password("admin"));

        assertThat(trail.one(id).kind()).isEqualTo(AuditKind.LOGIN);
        assertThat(trail.one(id).outcome()).isEqualTo(AuditOutcome.SUCCESS);
        assertThat(trail.one(id).agent().user()).isEqualTo("admin");
    }

    @Test
    void failedLoginNamesTheAccountAndIsRefused() throws Exception {
        signIn("admin", "wrong");

        assertThat(trail.one(id).kind()).isEqualTo(AuditKind.LOGIN);
        assertThat(trail.one(id).outcome()).isEqualTo(AuditOutcome.REFUSED);
        assertThat(trail.one(id).reason()).isEqualTo("bad-credentials");
        assertThat(trail.one(id).agent().user()).isEqualTo("admin");
    }

    @Test
    void whatWasTypedInsteadOfANameIsNotKept() throws Exception {
        signIn("hunter2-is-my-password", "x");

        assertThat(trail.one(id).outcome()).isEqualTo(AuditOutcome.REFUSED);
        assertThat(AuditJson.write(trail.one(id))).doesNotContain("hunter2");
    }

    @Test
    void tokenOfABackendServiceNamesTheClient() throws Exception {
        Path key = SERVER.dataDirectory().resolve("demo/demo-backend.jwk.json");
        String assertion = BackendAssertion.of("demo-backend", key).sign(SERVER.url("/oauth2/token"));

        HttpResponse<String> answer = post(
                "/oauth2/token",
                Map.of(
                        "grant_type",
                        "client_credentials",
                        "scope",
                        "system/*.rs",
                        "client_assertion_type",
                        BackendAssertion.TYPE,
                        "client_assertion",
                        assertion));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(trail.one(id).kind()).isEqualTo(AuditKind.TOKEN);
        assertThat(trail.one(id).agent().client()).isEqualTo("demo-backend");
        assertThat(trail.one(id).tenant()).hasToString("default");
        assertThat(AuditJson.write(trail.one(id))).doesNotContain(assertion.substring(0, 20));
    }

    @Test
    void refusedTokenIsRecorded() throws Exception {
        HttpResponse<String> answer =
                post("/oauth2/token", Map.of("grant_type", "client_credentials", "client_id", "nobody"));

        assertThat(answer.statusCode()).isIn(400, 401);
        assertThat(trail.one(id).outcome()).isEqualTo(AuditOutcome.REFUSED);
        assertThat(trail.one(id).event()).isEqualTo("POST /oauth2/token");
        assertThat(trail.one(id).agent().client()).isEqualTo("nobody");
    }

    private void signIn(String user, String password) throws Exception {
        HttpResponse<String> form =
                http.send(HttpRequest.newBuilder(SERVER.url("/login")).build(), HttpResponse.BodyHandlers.ofString());
        Matcher csrf = CSRF.matcher(form.body());
        assertThat(csrf.find()).isTrue();
        post("/login", Map.of("username", user, "password", password, "_csrf", csrf.group(1)));
    }

    private HttpResponse<String> post(String path, Map<String, String> form) throws Exception {
        return http.send(
                HttpRequest.newBuilder(SERVER.url(path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("X-Request-ID", id)
                        .POST(HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                                .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                                .collect(Collectors.joining("&"))))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String password(String user) throws IOException {
        JsonNode users = new ObjectMapper()
                .readTree(SERVER.dataDirectory().resolve("demo/users.json").toFile());
        for (JsonNode one : users) {
            if (one.path("username").asText().equals(user)) {
                return one.path("password").asText();
            }
        }
        throw new AssertionError("No user " + user);
    }
}
