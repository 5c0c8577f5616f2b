package health.salus.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import health.salus.testing.TestServer;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.util.List;
import java.util.UUID;

/** Reads the trail of a server past the code under test. */
record Trail(TestServer server) {

    /** A header that makes the record of one request easy to find. */
    static String[] named(String id) {
        return new String[] {"X-Request-ID", id};
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }

    /** All entries with this request id. */
    List<AuditEntry> of(String requestId) {
        return server
                .bean(JdbcClient.class)
                .sql("SELECT content FROM salus_audit_event WHERE content LIKE '%' || :id || '%' ORDER BY seq")
                .param("id", "\"requestId\":\"" + requestId + "\"")
                .query(String.class)
                .list()
                .stream()
                .map(Trail::read)
                .toList();
    }

    /** The one entry with this request id. */
    AuditEntry one(String requestId) {
        List<AuditEntry> found = of(requestId);
        if (found.size() != 1) {
            throw new AssertionError("Not one record but " + found);
        }
        return found.get(0);
    }

    private static AuditEntry read(String content) {
        try {
            return AuditJson.read(content);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
