package health.salus.smart;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Which restricted labels the people and programs that this server knows may see. */
@Component
@ConditionalOnEmbeddedIssuer
class Clearances {

    private final JdbcClient database;

    Clearances(JdbcClient database) {
        this.database = database;
    }

    List<String> ofUser(String username) {
        return database.sql("SELECT clearance FROM salus_user WHERE username = :username")
                .param("username", username)
                .query((row, number) -> labels(row))
                .optional()
                .orElse(List.of());
    }

    List<String> ofClient(String clientId) {
        return database.sql("SELECT clearance FROM salus_client WHERE client_id = :client")
                .param("client", clientId)
                .query((row, number) -> labels(row))
                .optional()
                .orElse(List.of());
    }

    void setOfUser(String username, List<String> labels) {
        database.sql("UPDATE salus_user SET clearance = :labels WHERE username = :username")
                .param("labels", labels.toArray(String[]::new))
                .param("username", username)
                .update();
    }

    void setOfClient(String clientId, List<String> labels) {
        database.sql("UPDATE salus_client SET clearance = :labels WHERE client_id = :client")
                .param("labels", labels.toArray(String[]::new))
                .param("client", clientId)
                .update();
    }

    private static List<String> labels(ResultSet row) throws SQLException {
        return Optional.ofNullable((String[]) row.getArray("clearance").getArray())
                .map(List::of)
                .orElse(List.of());
    }
}
