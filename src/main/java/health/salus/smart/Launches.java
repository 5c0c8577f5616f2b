package health.salus.smart;

import health.salus.tenant.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.stereotype.Component;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * Handles by which an EHR tells an app what it is started about, kept in {@code salus_launch}. A handle is good once, for
 * one app and one person, and for five minutes.
 */
@Component
@ConditionalOnEmbeddedIssuer
class Launches {

    /** How long a person may take from the EHR to the app and through the login. */
    static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final int BYTES = 32;

    private final Base64StringKeyGenerator handles =
            new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), BYTES);
    private final JdbcClient database;

    Launches(JdbcClient database) {
        this.database = database;
    }

    /** Keeps what the app is started about and returns the handle for it. */
    String create(TenantId tenant, String clientId, String username, LaunchContext context) {
        String handle = handles.generateKey();
        database.sql("""
                        INSERT INTO salus_launch (handle_hash, tenant_id, client_id, username, context, expires_at)
                        VALUES (:hash, :tenant, :client, :user, :context, :expiry)
                        """)
                .param("hash", TokenHash.of(handle))
                .param("tenant", tenant.value())
                .param("client", clientId)
                .param("user", username)
                .param("context", context.json())
                .param("expiry", Timestamp.from(Instant.now().plus(LIFETIME)))
                .update();
        return handle;
    }

    /** Tells what a handle stands for and leaves it good; nothing if it is not for this app, person and tenant. */
    Optional<LaunchContext> look(String handle, TenantId tenant, String clientId, String username) {
        return find("SELECT context FROM salus_launch WHERE ", "", handle, tenant, clientId, username);
    }

    /** Uses a handle up; of several requests that try, one succeeds. */
    Optional<LaunchContext> use(String handle, TenantId tenant, String clientId, String username) {
        return find("DELETE FROM salus_launch WHERE ", " RETURNING context", handle, tenant, clientId, username);
    }

    private Optional<LaunchContext> find(
            String start, String end, String handle, TenantId tenant, String clientId, String username) {
        return database.sql(start
                        + "handle_hash = :hash AND tenant_id = :tenant AND client_id = :client AND username = :user"
                        + " AND expires_at > now()" + end)
                .param("hash", TokenHash.of(handle))
                .param("tenant", tenant.value())
                .param("client", clientId)
                .param("user", username)
                .query(String.class)
                .optional()
                .map(LaunchContext::parse);
    }
}
