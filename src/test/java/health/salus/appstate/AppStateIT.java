package health.salus.appstate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.smart.StateApps;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

/** What an app keeps here comes back to it as it was, and to nobody else. */
class AppStateIT {

    private static final TestServer SERVER = TestServer.shared();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String SYSTEM = "https://app.example.org";
    private static final String CUDS = "openid fhirUser user/Basic.cuds";

    private static StateApps apps;
    private static String doctor;

    /** Each test has a code of its own. */
    private final String code = "c-" + UUID.randomUUID();

    @BeforeAll
    static void signIn() {
        apps = new StateApps(SERVER);
        doctor = apps.token("state-app", "dora", CUDS);
    }

    @Test
    void discoverySaysWhereAppsKeepTheirState() throws Exception {
        JsonNode endpoints = json(send("GET", "/fhir/.well-known/smart-configuration", null, null))
                .path("associated_endpoints");

        assertThat(endpoints).hasSize(1);
        assertThat(endpoints.get(0).path("url").asText())
                .isEqualTo(SERVER.url("/app-state").toString());
        assertThat(endpoints.get(0).path("capabilities").get(0).asText()).isEqualTo("smart-app-state");
    }

    @Test
    void whatAnAppKeepsComesBackAsItWasSent() {
        String value = "{\\\"view\\\":\\\"<b>ä\\u0000 \\n \\ud83d\\ude00</b>\\\"}";
        HttpResponse<String> created = post(doctor, state(dora(), code, value));

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("ETag")).contains("W/\"1\"");
        String id = json(created).path("id").asText();
        assertThat(created.headers().firstValue("Location"))
                .contains(SERVER.url("/app-state/Basic/" + id).toString());
        assertThat(json(created).at("/meta/versionId").asText()).isEqualTo("1");
        JsonNode bundle = json(search(doctor, dora(), code));
        assertThat(bundle.path("type").asText()).isEqualTo("searchset");
        JsonNode found = bundle.at("/entry/0/resource");
        assertThat(found.at("/extension/0/valueString").asText())
                .isEqualTo("{\"view\":\"<b>ä\u0000 \n \ud83d\ude00</b>\"}");
        assertThat(found.at("/extension/0/url").asText()).isEqualTo("https://app.example.org/preferences");
        assertThat(found.at("/subject/reference").asText()).isEqualTo(dora());
        assertThat(found.at("/code/coding/0/code").asText()).isEqualTo(code);
        assertThat(bundle.path("entry")).hasSize(1);
    }

    @Test
    void aChangeNeedsTheVersionThatTheAppHasSeen() {
        String id = json(post(doctor, state(dora(), code, "one"))).path("id").asText();
        String second = withId(id, state(dora(), code, "two"));

        assertThat(put(doctor, id, second, null).statusCode()).isEqualTo(428);
        assertThat(put(doctor, id, second, "W/\"2\"").statusCode()).isEqualTo(412);
        assertThat(put(doctor, id, second, "*").statusCode()).isEqualTo(412);
        assertThat(put(doctor, id, second, "\"1\"\"").statusCode()).isEqualTo(412);
        HttpResponse<String> updated = put(doctor, id, second, "W/\"1\"");
        assertThat(updated.statusCode()).isEqualTo(200);
        assertThat(updated.headers().firstValue("ETag")).contains("W/\"2\"");
        assertThat(json(updated).at("/extension/0/valueString").asText()).isEqualTo("two");
        assertThat(put(doctor, id, second, "W/\"1\"").statusCode()).isEqualTo(412);
    }

    @Test
    void codeAndSubjectStayAsTheyWere() {
        String id = json(post(doctor, state(dora(), code, "one"))).path("id").asText();

        assertThat(put(doctor, id, withId(id, state(dora(), code + "x", "two")), "W/\"1\"")
                        .statusCode())
                .isEqualTo(412);
        assertThat(put(doctor, id, withId(id, state(null, code, "two")), "W/\"1\"")
                        .statusCode())
                .isEqualTo(412);
        assertThat(put(doctor, id, withId(UUID.randomUUID().toString(), state(dora(), code, "two")), "W/\"1\"")
                        .statusCode())
                .isEqualTo(400);
        assertThat(put(doctor, id, state(dora(), code, "two"), "W/\"1\"").statusCode())
                .isEqualTo(400);
    }

    @Test
    void whatIsDeletedIsGone() {
        String id = json(post(doctor, state(dora(), code, "one"))).path("id").asText();

        assertThat(delete(doctor, id, null).statusCode()).isEqualTo(428);
        assertThat(delete(doctor, id, "W/\"2\"").statusCode()).isEqualTo(412);
        assertThat(delete(doctor, id, "W/\"1\"").statusCode()).isEqualTo(204);
        assertThat(json(search(doctor, dora(), code)).path("total").asInt()).isZero();
        assertThat(delete(doctor, id, "W/\"1\"").statusCode()).isEqualTo(412);
        assertThat(put(doctor, id, withId(id, state(dora(), code, "x")), "W/\"1\"")
                        .statusCode())
                .isEqualTo(412);
        assertThat(post(doctor, state(dora(), code, "again")).statusCode()).isEqualTo(201);
    }

    @Test
    void ofManyWhoMakeOrChangeTheSameAtOnceOneSucceeds() throws Exception {
        List<Integer> made =
                atOnce(() -> post(doctor, state(dora(), code, "one")).statusCode());
        assertThat(made).containsOnlyOnce(201).allMatch(it -> it == 201 || it == 409);

        String id =
                json(search(doctor, dora(), code)).at("/entry/0/resource/id").asText();
        List<Integer> changed = atOnce(() -> put(doctor, id, withId(id, state(dora(), code, "two")), "W/\"1\"")
                .statusCode());
        assertThat(changed).containsOnlyOnce(200).allMatch(it -> it == 200 || it == 412);
    }

    @Test
    void aStateHasAtMost256KilobytesAsItIsSent() {
        String fits = state(dora(), code, "");
        String largest = state(dora(), code, "x".repeat(AppStateBody.MOST_BYTES - fits.length()));

        assertThat(post(doctor, largest + " ").statusCode()).isEqualTo(413);
        assertThat(post(doctor, largest).statusCode()).isEqualTo(201);
    }

    @Test
    void anAppKeepsSoManyCodesForASubjectAndNoMore() {
        String greedy = apps.token("greedy-app", "dora", CUDS);
        for (int number = 0; number < 50; number++) {
            assertThat(post(greedy, state(dora(), "n-" + number, "x")).statusCode())
                    .isEqualTo(201);
        }
        assertThat(post(greedy, state(dora(), "n-50", "x")).statusCode()).isEqualTo(409);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "null",
                "{\"resourceType\":\"Patient\"}",
                "{\"resourceType\":\"Basic\"}",
                "{\"resourceType\":\"Basic\",\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c\"},"
                        + "{\"system\":\"s\",\"code\":\"d\"}]}}",
                "{\"resourceType\":\"Basic\",\"code\":{\"coding\":[{\"code\":\"c\"}]}}",
                "{\"resourceType\":\"Basic\",\"code\":{\"coding\":[{\"system\":\"a|b\",\"code\":\"c\"}]}}",
                "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\",\"coding\":[{\"system\":\"s\",\"code\":\"c\"}]}}",
                "{\"resourceType\":\"Basic\",\"id\":\"x\",\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c\"}]}}",
                "{\"resourceType\":\"Basic\",\"meta\":{\"versionId\":\"1\"},"
                        + "\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c\"}]}}",
                "{\"resourceType\":\"Basic\",\"created\":\"2026-01-01\","
                        + "\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c\"}]}}",
                "{\"resourceType\":\"Basic\",\"madeUp\":1,\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c\"}]}}",
                "{\"resourceType\":\"Basic\",\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c\"}]},"
                        + "\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\"}]}",
                "{\"resourceType\":\"Basic\",\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c\"}]},"
                        + "\"extension\":[{\"url\":\"https://x\",\"valueInteger\":1}]}",
                "{\"resourceType\":\"Basic\",\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c\"}]},"
                        + "\"subject\":{\"reference\":\"Practitioner/dora\"}}",
                "{\"resourceType\":\"Basic\",\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c\"}]},"
                        + "\"subject\":{\"reference\":\"https://evil.example/fhir/Practitioner/dora\"}}",
                "{\"resourceType\":\"Basic\",\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c\"}]},"
                        + "\"subject\":{\"display\":\"dora\"}}"
            })
    void whatCannotBeKeptWholeIsRefused(String body) {
        HttpResponse<String> answer = post(doctor, body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).path("resourceType").asText()).isEqualTo("OperationOutcome");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?code=s%7Cc",
                "?subject:missing=true",
                "?code=s%7Cc&subject:missing=false",
                "?code=s%7Cc&subject:missing=true&_count=1",
                "?code=s%7Cc&code=s%7Cd&subject:missing=true",
                "?code=c&subject:missing=true",
                "?code=s%7Cc,s%7Cd&subject:missing=true",
                "?code=s%7Cc&subject=Practitioner/dora",
                "?code:not=s%7Cc&subject:missing=true",
                "?_id=1"
            })
    void aSearchNamesOneCodeAndOneSubjectOrNone(String query) {
        assertThat(send("GET", "/app-state/Basic" + query, null, doctor).statusCode())
                .isEqualTo(400);
    }

    @Test
    void whatAppsKeepIsNotAmongTheResources() {
        post(doctor, state(dora(), code, "one"));
        String reader = apps.token("state-app", "dora", "user/Basic.cruds");

        HttpResponse<String> found = send("GET", "/fhir/Basic?code=" + SYSTEM + "%7C" + code, null, reader);
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(json(found).has("entry")).isFalse();
    }

    private static List<Integer> atOnce(Callable<Integer> call) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> running = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                running.add(pool.submit(call));
            }
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> one : running) {
                answers.add(one.get());
            }
            return answers;
        } finally {
            pool.shutdownNow();
        }
    }

    private static String dora() {
        return SERVER.fhirBase() + "/Practitioner/dora";
    }

    static String state(String subject, String code, String value) {
        String about = subject == null ? "" : "\"subject\":{\"reference\":\"" + subject + "\"},";
        return """
                {"resourceType":"Basic","code":{"coding":[{"system":"%s","code":"%s"}]},%s"extension":[
                {"url":"https://app.example.org/preferences","valueString":"%s"}]}""".formatted(SYSTEM, code, about, value);
    }

    private static String withId(String id, String state) {
        return state.replace("\"Basic\",", "\"Basic\",\"id\":\"" + id + "\",");
    }

    private static HttpResponse<String> post(String token, String body) {
        return send("POST", "/app-state/Basic", body, token);
    }

    private static HttpResponse<String> put(String token, String id, String body, String ifMatch) {
        return ifMatch == null
                ? send("PUT", "/app-state/Basic/" + id, body, token)
                : send("PUT", "/app-state/Basic/" + id, body, token, "If-Match", ifMatch);
    }

    private static HttpResponse<String> delete(String token, String id, String ifMatch) {
        return ifMatch == null
                ? send("DELETE", "/app-state/Basic/" + id, null, token)
                : send("DELETE", "/app-state/Basic/" + id, null, token, "If-Match", ifMatch);
    }

    private static HttpResponse<String> search(String token, String subject, String code) {
        return send(
                "GET",
                "/app-state/Basic?code=" + encode(SYSTEM + "|" + code)
                        + (subject == null ? "&subject:missing=true" : "&subject=" + encode(subject)),
                null,
                token);
    }

    static HttpResponse<String> send(String method, String path, String body, String token, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(SERVER.url(path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/fhir+json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return new ObjectMapper().readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError(response.statusCode() + " " + response.body(), e);
        }
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
