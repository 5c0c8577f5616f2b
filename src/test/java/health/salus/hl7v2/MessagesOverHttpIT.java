package health.salus.hl7v2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.UUID;

import static health.salus.hl7v2.Laboratory.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

/** What goes in and out at {@code /api/hl7v2}: with which token, in which form, and what the audit trail keeps of it. */
class MessagesOverHttpIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final TestServer server = TestServer.shared();
    private final TestTokens tokens = new TestTokens(server);
    private final String admin = tokens.of(Role.ADMIN, null, "salus_api");
    private final String machine = tokens.of(Role.SYSTEM, null, "salus_api");
    private final String name = "HTTP" + UUID.randomUUID().toString().substring(0, 8);
    private final SentMessages messages = new SentMessages(server, name);

    @Test
    void messageIsTakenInAndAnsweredAsOverMllp() throws Exception {
        HttpResponse<String> answer = post("/api/hl7v2/lab", machine, resultOf(name, name + "1"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("x-application/hl7-v2+er7");
        assertThat(answer.body()).contains("MSA|AA|" + name + "1");
        messages.awaitDone("1");
        assertThat(messages.row("1")).containsEntry("state", "PROCESSED");
        assertThat(post("/api/hl7v2/lab", machine, resultOf(name, name + "1")).body())
                .isEqualTo(answer.body());
    }

    @Test
    void batchIsTakenInMessageByMessageAndAnsweredByABatch() throws Exception {
        String batch = "FHS|^~\\&|LAB\rBHS|^~\\&|LAB\r" + resultOf(name, name + "1") + resultOf(name, name + "2")
                + "BTS|2\rFTS|1\r";

        HttpResponse<String> answer = post("/api/hl7v2/lab", admin, batch);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .startsWith("BHS|")
                .contains("MSA|AA|" + name + "1", "MSA|AA|" + name + "2")
                .endsWith("BTS|2\r");
        messages.awaitDone("1");
        messages.awaitDone("2");
    }

    @Test
    void whatIsNotTakenInIsSaidAndLeavesNothing() throws Exception {
        HttpResponse<String> cut =
                post("/api/hl7v2/lab", machine, "BHS|^~\\&\r" + resultOf(name, name + "1") + "BTS|2\r");
        assertThat(cut.statusCode()).isEqualTo(422);
        assertThat(cut.body()).contains("BTS-1 says 2 and there are 1");
        assertThat(post("/api/hl7v2/lab", machine, "").statusCode()).isEqualTo(422);
        assertThat(post("/api/hl7v2/nowhere", machine, resultOf(name, name + "1"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(send("POST", "/api/hl7v2/lab", machine, resultOf(name, name + "1"), "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(stored()).isZero();

        HttpResponse<String> unknown =
                post("/api/hl7v2/lab", machine, resultOf(name, name + "2").replace("ORU^R01^ORU_R01", "DFT^P03"));
        // It is kept until there is a mapping; that it is refused is said in HL7's words.
        assertThat(unknown.statusCode()).isEqualTo(200);
        assertThat(unknown.body()).contains("MSA|AR|" + name + "2");
        assertThat(messages.row("2")).containsEntry("state", "UNSUPPORTED");
    }

    @Test
    void onlyWhoMayTakesPart() throws Exception {
        messages.process(resultOf(name, name + "1"));
        long id = (Long) messages.row("1").get("id");
        String practitioner = tokens.of(Role.PRACTITIONER, null, "salus_api user/*.cruds");

        assertThat(post("/api/hl7v2/lab", "", resultOf(name, name + "2")).statusCode())
                .isEqualTo(401);
        for (String token : List.of(practitioner, Tokens.backend(server))) {
            assertThat(post("/api/hl7v2/lab", token, resultOf(name, name + "2")).statusCode())
                    .isEqualTo(403);
        }
        for (String path : List.of("", "/" + id, "/" + id + "/preview")) {
            assertThat(get("/api/hl7v2/messages" + path, "").statusCode()).isEqualTo(401);
            assertThat(get("/api/hl7v2/messages" + path, practitioner).statusCode())
                    .isEqualTo(403);
            assertThat(get("/api/hl7v2/messages" + path, machine).statusCode()).isEqualTo(403);
        }
        for (String deed : List.of("replay", "discard", "edit")) {
            assertThat(post("/api/hl7v2/messages/" + id + "/" + deed, machine, resultOf(name, name + "3"))
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(stored()).isOne();
    }

    @Test
    void administratorFindsReadsEditsReplaysAndDiscards() throws Exception {
        String broken = resultOf(name, name + "1").replace("|" + name + "^^^CITYHOSPITAL", "|^^^CITYHOSPITAL");
        messages.process(broken);
        JsonNode found = json(get("/api/hl7v2/messages?state=PARKED&controlId=" + name + "1", admin))
                .at("/messages/0");
        String path = "/api/hl7v2/messages/" + found.path("id").asLong();
        assertThat(found.path("reason").asText()).contains("PID-3");
        assertThat(json(get(path, admin)).path("text").asText()).isEqualTo(broken);
        assertThat(json(get(path + "/preview", admin)).path("state").asText()).isEqualTo("PARKED");

        assertThat(post(path + "/edit?note=number+added", admin, resultOf(name, name + "2"))
                        .statusCode())
                .isEqualTo(201);
        messages.awaitDone("2");
        assertThat(messages.row("2")).containsEntry("state", "PROCESSED").containsEntry("note", "number added");
        assertThat(messages.row("1")).containsEntry("state", "DISCARDED");
        assertThat(post(path + "/replay", admin, "").statusCode()).isEqualTo(202);
        messages.awaitDone("1");
        assertThat(send("POST", path + "/discard", admin, "{\"reason\":\"a test\"}", "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(204);
        assertThat(json(get("/api/hl7v2/messages?patient=" + name, admin)).path("messages"))
                .hasSize(1);
    }

    @Test
    void whoReadsAMessageIsInTheTrailOfItsPatient() throws Exception {
        messages.process(resultOf(name, name + "1"));
        String patient = FhirClient.withToken(server.fhirBase(), Tokens.backend(server))
                .search("/Patient?identifier=" + FhirClient.encode(name))
                .get(0)
                .getIdElement()
                .getIdPart();
        String path = "/api/hl7v2/messages/" + messages.row("1").get("id");

        for (String shown : List.of(path, path + "/preview")) {
            String request = UUID.randomUUID().toString();
            assertThat(send("GET", shown, admin, "", "X-Request-ID", request).statusCode())
                    .isEqualTo(200);
            assertThat(audited(request))
                    .contains("GET " + shown, "\"patients\":[\"" + patient + "\"]", "\"use\":\"DISCLOSED\"");
        }
        String list = UUID.randomUUID().toString();
        send("GET", "/api/hl7v2/messages?patient=" + name, admin, "", "X-Request-ID", list);
        assertThat(audited(list)).contains("GET /api/hl7v2/messages").doesNotContain("DISCLOSED", name);
    }

    private String audited(String request) {
        return server.bean(JdbcClient.class)
                .sql("SELECT content FROM salus_audit_event WHERE content LIKE '%\"requestId\":\"' || :id || '\"%'")
                .param("id", request)
                .query(String.class)
                .single();
    }

    private long stored() {
        return server.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM salus_hl7v2_message WHERE control_id LIKE :name || '%'")
                .param("name", name)
                .query(Long.class)
                .single();
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        return send("GET", path, token, "");
    }

    private HttpResponse<String> post(String path, String token, String message) throws Exception {
        return send("POST", path, token, message, "Content-Type", "x-application/hl7-v2+er7");
    }

    private HttpResponse<String> send(String method, String path, String token, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.url(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
