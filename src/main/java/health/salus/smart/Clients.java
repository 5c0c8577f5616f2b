package health.salus.smart;

import health.salus.tenant.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The programs that may ask for tokens, kept in {@code salus_client}. */
@Component
@ConditionalOnEmbeddedIssuer
class Clients {

    private static final String SELECT =
            "SELECT client_id, name, tenant_id, redirect_uris, scopes, jwks::text AS jwks FROM salus_client";

    private final JdbcClient database;

    Clients(JdbcClient database) {
        this.database = database;
    }

    Optional<SmartClient> find(String id) {
        return database.sql(SELECT + " WHERE client_id = :id")
                .param("id", id)
                .query((row, number) -> client(row))
                .optional();
    }

    List<SmartClient> all() {
        return database.sql(SELECT).query((row, number) -> client(row)).list();
    }

    /** Registers a client, or gives one that exists these properties. */
    void save(SmartClient client, boolean demo) {
        database.sql("""
                        INSERT INTO salus_client (client_id, name, tenant_id, redirect_uris, scopes, jwks, demo)
                        VALUES (:id, :name, :tenant, :redirectUris, :scopes, :keys::jsonb, :demo)
                        ON CONFLICT (client_id) DO UPDATE SET name = excluded.name, tenant_id = excluded.tenant_id,
                            redirect_uris = excluded.redirect_uris, scopes = excluded.scopes, jwks = excluded.jwks,
                            demo = excluded.demo
                        """)
                .param("id", client.id())
                .param("name", client.name())
                .param("tenant", client.tenant().value())
                .param("redirectUris", client.redirectUris().toArray(String[]::new))
                .param("scopes", client.scopes().toArray(String[]::new))
                .param("keys", client.keys())
                .param("demo", demo)
                .update();
    }

    /** Removes the demo clients together with everything that was granted to them. */
    void removeDemo() {
        database.sql("DELETE FROM oauth2_authorization WHERE registered_client_id IN"
                        + " (SELECT client_id FROM salus_client WHERE demo)")
                .update();
        database.sql("DELETE FROM salus_client WHERE demo").update();
    }

    private static SmartClient client(ResultSet row) throws SQLException {
        return new SmartClient(
                row.getString("client_id"),
                row.getString("name"),
                new TenantId(row.getString("tenant_id")),
                strings(row.getArray("redirect_uris")),
                strings(row.getArray("scopes")),
                row.getString("jwks"));
    }

    private static Set<String> strings(Array array) throws SQLException {
        return Set.copyOf(List.of((String[]) array.getArray()));
    }
}
