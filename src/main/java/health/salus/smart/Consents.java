package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.stereotype.Component;

import java.sql.Array;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What people have agreed that apps may do, kept in {@code salus_consent}. */
@Component
@ConditionalOnEmbeddedIssuer
class Consents implements OAuth2AuthorizationConsentService {

    private final JdbcClient database;

    Consents(JdbcClient database) {
        this.database = database;
    }

    /** Keeps the newest decision of a person about an app, in place of the one before. */
    @Override
    public void save(OAuth2AuthorizationConsent consent) {
        database.sql("""
                        INSERT INTO salus_consent (client_id, username, scopes) VALUES (:client, :user, :scopes)
                        ON CONFLICT (client_id, username) DO UPDATE SET scopes = excluded.scopes, given_at = now()
                        """)
                .param("client", consent.getRegisteredClientId())
                .param("user", consent.getPrincipalName())
                .param("scopes", consent.getScopes().toArray(String[]::new))
                .update();
    }

    @Override
    public void remove(OAuth2AuthorizationConsent consent) {
        remove(consent.getRegisteredClientId(), consent.getPrincipalName());
    }

    /**
     * Always returns nothing. Spring Authorization Server would add what it finds to the next decision, and a person could
     * never take a scope back. Whether somebody must be asked at all is decided by {@link #cover}.
     */
    @Override
    public @Nullable OAuth2AuthorizationConsent findById(String clientId, String username) {
        return null;
    }

    /** Tells whether a person has agreed before to all that an app asks for. */
    boolean cover(String clientId, String username, Set<String> scopes) {
        return database.sql("SELECT EXISTS (SELECT FROM salus_consent WHERE client_id = :client AND username = :user"
                        + " AND scopes @> :scopes::text[])")
                .param("client", clientId)
                .param("user", username)
                .param("scopes", scopes.toArray(String[]::new))
                .query(Boolean.class)
                .single();
    }

    /** Returns the apps that a person uses, by their names. */
    List<ConnectedApp> appsOf(String username) {
        return database.sql("""
                        SELECT c.client_id, c.name, s.scopes, s.given_at FROM salus_consent s
                        JOIN salus_client c USING (client_id) WHERE s.username = :user ORDER BY c.name, c.client_id
                        """)
                .param("user", username)
                .query((row, number) -> new ConnectedApp(
                        row.getString("client_id"),
                        row.getString("name"),
                        strings(row.getArray("scopes")),
                        row.getTimestamp("given_at").toInstant()))
                .list();
    }

    void remove(String clientId, String username) {
        database.sql("DELETE FROM salus_consent WHERE client_id = :client AND username = :user")
                .param("client", clientId)
                .param("user", username)
                .update();
    }

    private static List<String> strings(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    /** An app that a person has agreed to, and to what. */
    record ConnectedApp(String clientId, String name, List<String> scopes, Instant since) {

        ConnectedApp {
            scopes = List.copyOf(scopes);
        }
    }
}
