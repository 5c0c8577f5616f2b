package health.salus.audit;

import health.salus.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What cannot be read as a request at all is in the trail as well, without anything of what was sent. */
class MalformedRequestIT {

    private static final TestServer SERVER = TestServer.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /fhir/Patient?name=<secret> HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /fhir/%zz-secret HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "secret\r\n\r\n",
                "GET /fhir/secret HTTP/9.9\r\nHost: localhost\r\n\r\n",
                "GET /fhir/secret HTTP/1.1\r\n\r\n"
            })
    void aRequestThatCannotBeReadIsRecorded(String request) throws Exception {
        long before = recorded();

        String answer = send(request);

        assertThat(answer).startsWith("HTTP/1.1 ").matches("(?s)HTTP/1.1 (400|505).*");
        await().atMost(Duration.ofSeconds(20)).until(() -> recorded() == before + 1);
        assertThat(last()).contains("\"REFUSED\"").contains("127.0.0.1").doesNotContain("secret");
    }

    @Test
    void aRequestThatCanBeReadIsRecordedOnceOnly() throws Exception {
        long before = recorded();

        assertThat(send("GET /fhir/Patient/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 401");

        assertThat(recorded()).isEqualTo(before);
    }

    private static String send(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", Integer.parseInt(SERVER.property("server.port")))) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static long recorded() {
        return SERVER.bean(JdbcClient.class)
                .sql("SELECT count(*) FROM salus_audit_event WHERE content LIKE '%malformed request%'")
                .query(Long.class)
                .single();
    }

    private static String last() {
        return SERVER.bean(JdbcClient.class)
                .sql("SELECT content FROM salus_audit_event WHERE content LIKE '%malformed request%'"
                        + " ORDER BY seq DESC LIMIT 1")
                .query(String.class)
                .single();
    }
}
