package health.salus.smart;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.net.URI;
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

    private static final String SELECT = "SELECT client_id, name, tenant_id, redirect_uris, scopes, jwks::text AS jwks,"
            + " jwks_uri, secret_hash, launch_uri, asks_consent, disabled_at FROM salus_client";

    private final JdbcClient database;

    Clients(JdbcClient database) {
        this.database = database;
    }

    /** Finds a client; one that is disabled is as good as none. */
    Optional<SmartClient> find(String id) {
        return database.sql(SELECT + " WHERE client_id = :id AND disabled_at IS NULL")
                .param("id", id)
                .query((row, number) -> client(row))
                .optional();
    }

    /** Returns the clients that are not disabled. */
    List<SmartClient> all() {
        return database.sql(SELECT + " WHERE disabled_at IS NULL")
                .query((row, number) -> client(row))
                .list();
    }

    /** Returns the clients of a tenant as administrators see them. */
    List<ListedClient> of(TenantId tenant) {
        return database.sql(SELECT + " WHERE tenant_id = :tenant ORDER BY client_id")
                .param("tenant", tenant.value())
                .query((row, number) -> listed(row))
                .list();
    }

    /** Finds a client as administrators see it. */
    Optional<ListedClient> listed(String id) {
        return database.sql(SELECT + " WHERE client_id = :id")
                .param("id", id)
                .query((row, number) -> listed(row))
                .optional();
    }

    /** Registers a client; returns false if there is one of that id already. */
    boolean create(SmartClient client) {
        return insert(client, false, "ON CONFLICT (client_id) DO NOTHING") == 1;
    }

    /** Registers a client, or gives one that exists these properties. */
    void save(SmartClient client, boolean demo) {
        insert(client, demo, """
                ON CONFLICT (client_id) DO UPDATE SET name = excluded.name, tenant_id = excluded.tenant_id,
                    redirect_uris = excluded.redirect_uris, scopes = excluded.scopes, jwks = excluded.jwks,
                    jwks_uri = excluded.jwks_uri, secret_hash = excluded.secret_hash,
                    launch_uri = excluded.launch_uri, asks_consent = excluded.asks_consent, demo = excluded.demo
                """);
    }

    private int insert(SmartClient client, boolean demo, String ifItExists) {
        ClientProof proof = client.proof();
        return database.sql("""
                        INSERT INTO salus_client (client_id, name, tenant_id, redirect_uris, scopes, jwks, jwks_uri,
                            secret_hash, launch_uri, asks_consent, demo)
                        VALUES (:id, :name, :tenant, :redirectUris, :scopes, :keys::jsonb, :keyAddress, :secret,
                            :launchUri, :asksConsent, :demo)
                        """ + ifItExists)
                .param("id", client.id())
                .param("name", client.name())
                .param("tenant", client.tenant().value())
                .param("redirectUris", client.redirectUris().toArray(String[]::new))
                .param("scopes", client.scopes().toArray(String[]::new))
                .param("keys", proof instanceof ClientProof.Keys keys ? keys.jwks() : null)
                .param("keyAddress", proof instanceof ClientProof.KeyAddress keys ? text(keys.address()) : null)
                .param("secret", proof instanceof ClientProof.Secret secret ? secret.hash() : null)
                .param("launchUri", text(client.launchUri()))
                .param("asksConsent", client.asksConsent())
                .param("demo", demo)
                .update();
    }

    /** Gives a client with a secret another one. */
    void replaceSecret(String id, String hash) {
        database.sql("UPDATE salus_client SET secret_hash = :hash WHERE client_id = :id AND secret_hash IS NOT NULL")
                .param("hash", hash)
                .param("id", id)
                .update();
    }

    void setEnabled(String id, boolean enabled) {
        database.sql("UPDATE salus_client SET disabled_at ="
                        + " CASE WHEN :enabled THEN NULL ELSE coalesce(disabled_at, now()) END WHERE client_id = :id")
                .param("enabled", enabled)
                .param("id", id)
                .update();
    }

    /** Removes the demo clients together with everything that was granted to them. */
    void removeDemo() {
        database.sql("DELETE FROM oauth2_authorization WHERE registered_client_id IN"
                        + " (SELECT client_id FROM salus_client WHERE demo)")
                .update();
        database.sql("DELETE FROM salus_client WHERE demo").update();
    }

    private static ListedClient listed(ResultSet row) throws SQLException {
        return new ListedClient(client(row), row.getTimestamp("disabled_at") != null);
    }

    private static SmartClient client(ResultSet row) throws SQLException {
        String launchUri = row.getString("launch_uri");
        return new SmartClient(
                row.getString("client_id"),
                row.getString("name"),
                new TenantId(row.getString("tenant_id")),
                strings(row.getArray("redirect_uris")),
                strings(row.getArray("scopes")),
                proof(row),
                launchUri == null ? null : URI.create(launchUri),
                row.getBoolean("asks_consent"));
    }

    private static ClientProof proof(ResultSet row) throws SQLException {
        String keys = row.getString("jwks");
        String address = row.getString("jwks_uri");
        String secret = row.getString("secret_hash");
        if (keys != null) {
            return new ClientProof.Keys(keys);
        }
        if (address != null) {
            return new ClientProof.KeyAddress(URI.create(address));
        }
        return secret == null ? new ClientProof.None() : new ClientProof.Secret(secret);
    }

    private static @Nullable String text(@Nullable URI address) {
        return address == null ? null : address.toString();
    }

    private static Set<String> strings(Array array) throws SQLException {
        return Set.copyOf(List.of((String[]) array.getArray()));
    }

    /** A client and whether it is disabled. */
    record ListedClient(SmartClient client, boolean disabled) {}
}
