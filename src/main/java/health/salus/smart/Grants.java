package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What was granted to apps, kept in {@code oauth2_authorization}. All that came of one login is one grant: the code, the
 * access tokens, each refresh token after the other. They live and die together, and only their hashes are kept.
 *
 * <p>A code and a refresh token are good once. Whoever comes with a used one ends the grant, since one of two holders must
 * have stolen it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9700#section-4.14">RFC 9700, refresh token protection</a>
 */
@Component
@ConditionalOnEmbeddedIssuer
class Grants implements OAuth2AuthorizationService {

    private static final Logger log = LoggerFactory.getLogger(Grants.class);

    /** Hash of the code or token that the grant was looked up by, while one request works on it. */
    private static final String PRESENTED = "salus.presented";

    private final OAuth2AuthorizationService stored;
    private final JdbcClient database;
    private final TransactionTemplate transaction;

    Grants(
            JdbcOperations operations,
            JdbcClient database,
            RegisteredClientRepository clients,
            PlatformTransactionManager transactions) {
        this.stored = new JdbcOAuth2AuthorizationService(operations, clients);
        this.database = database;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Keeps a grant in its new state; a revoked one is not kept at all.
     *
     * @throws OAuth2AuthenticationException {@code invalid_grant}, after ending the grant, if another request has used the
     *     same code or refresh token meanwhile, or if the grant has ended meanwhile
     */
    @Override
    public void save(OAuth2Authorization grant) {
        if (GrantTokens.isRevoked(grant)) {
            remove(grant);
            return;
        }
        if (!Boolean.TRUE.equals(transaction.execute(status -> keep(grant)))) {
            remove(grant);
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
        }
    }

    private boolean keep(OAuth2Authorization grant) {
        String presented = grant.getAttribute(PRESENTED);
        OAuth2Authorization kept = GrantTokens.replace(grant, TokenHash::ofUnlessHashed)
                .id(id(grant))
                .attributes(attributes -> attributes.remove(PRESENTED))
                .build();
        if (presented != null && !(isLocked(kept.getId()) && isFirstUse(kept, presented))) {
            return false;
        }
        stored.save(kept);
        return true;
    }

    // Without the lock a grant that is revoked at the same moment would come back.
    private boolean isLocked(String id) {
        return database.sql("SELECT id FROM oauth2_authorization WHERE id = :id FOR UPDATE")
                .param("id", id)
                .query(String.class)
                .optional()
                .isPresent();
    }

    private boolean isFirstUse(OAuth2Authorization grant, String presented) {
        return !GrantTokens.isUsedUp(grant, presented)
                || database.sql("INSERT INTO salus_spent_token (token_hash, grant_id) VALUES (:hash, :grant)"
                                        + " ON CONFLICT DO NOTHING")
                                .param("hash", presented)
                                .param("grant", grant.getId())
                                .update()
                        == 1;
    }

    // The token of a backend service is made before its grant has a name, so the grant takes the name out of the token.
    private static String id(OAuth2Authorization grant) {
        OAuth2Authorization.Token<?> access = grant.getAccessToken();
        Object named = access == null || access.getClaims() == null
                ? null
                : access.getClaims().get(TokenClaims.GRANT);
        return named == null ? grant.getId() : named.toString();
    }

    @Override
    public void remove(OAuth2Authorization grant) {
        stored.remove(grant);
    }

    @Override
    public @Nullable OAuth2Authorization findById(String id) {
        return stored.findById(id);
    }

    /** Finds the grant of a code or token that somebody shows; a used one ends its grant. */
    @Override
    public @Nullable OAuth2Authorization findByToken(String token, @Nullable OAuth2TokenType type) {
        if (type != null && OAuth2ParameterNames.STATE.equals(type.getValue())) {
            return stored.findByToken(token, type);
        }
        String hash = TokenHash.of(token);
        OAuth2Authorization found = stored.findByToken(hash, type);
        if (found == null) {
            if (OAuth2TokenType.REFRESH_TOKEN.equals(type)) {
                endGrantOf(hash);
            }
            return null;
        }
        OAuth2Authorization.Builder shown = GrantTokens.replace(found, value -> value.equals(hash) ? token : value);
        // Without a type, somebody only asks about the token or takes it back.
        return type == null ? shown.build() : shown.attribute(PRESENTED, hash).build();
    }

    private void endGrantOf(String hash) {
        int ended = database.sql("DELETE FROM oauth2_authorization WHERE id ="
                        + " (SELECT grant_id FROM salus_spent_token WHERE token_hash = :hash)")
                .param("hash", hash)
                .update();
        if (ended > 0) {
            log.warn("A refresh token came a second time, so all that came of its login was revoked");
        }
    }

    /** Tells whether an access token still counts, given the grant that it names: nobody has revoked or disabled it. */
    boolean isAlive(String id) {
        return database.sql("""
                        SELECT EXISTS (SELECT FROM oauth2_authorization g
                            JOIN salus_client c ON c.client_id = g.registered_client_id AND c.disabled_at IS NULL
                            LEFT JOIN salus_user u ON u.username = g.principal_name
                                AND g.authorization_grant_type <> 'client_credentials'
                            JOIN salus_tenant t ON t.id = coalesce(u.tenant_id, c.tenant_id) AND t.disabled_at IS NULL
                            WHERE g.id = :id AND u.disabled_at IS NULL AND c.tenant_id IN (t.id, 'default'))
                        """).param("id", id).query(Boolean.class).single();
    }

    /** Ends whatever was granted to an app for a person. */
    void endAll(String clientId, String username) {
        database.sql("DELETE FROM oauth2_authorization WHERE registered_client_id = :client AND principal_name = :user")
                .param("client", clientId)
                .param("user", username)
                .update();
    }

    /** Ends whatever was granted for a person to any app. */
    void endAllOfUser(String username) {
        database.sql("DELETE FROM oauth2_authorization WHERE principal_name = :user"
                        + " AND authorization_grant_type <> 'client_credentials'")
                .param("user", username)
                .update();
    }

    /** Ends whatever was granted for a person, but for what apps may do without the person. */
    void endAllButOffline(String username) {
        database.sql("DELETE FROM oauth2_authorization WHERE principal_name = :user"
                        + " AND authorization_grant_type <> 'client_credentials'"
                        + " AND NOT :offline = ANY (string_to_array(coalesce(authorized_scopes, ''), ','))")
                .param("user", username)
                .param("offline", SmartScopes.OFFLINE_ACCESS)
                .update();
    }

    /** Ends whatever was granted to a client for anybody. */
    void endAllOfClient(String clientId) {
        database.sql("DELETE FROM oauth2_authorization WHERE registered_client_id = :client")
                .param("client", clientId)
                .update();
    }

    /** Ends what an app may do only while the person is signed in. */
    void endOnline(String username) {
        database.sql("DELETE FROM oauth2_authorization WHERE principal_name = :user"
                        + " AND :online = ANY (string_to_array(authorized_scopes, ','))"
                        + " AND NOT :offline = ANY (string_to_array(authorized_scopes, ','))")
                .param("user", username)
                .param("online", SmartScopes.ONLINE_ACCESS)
                .param("offline", SmartScopes.OFFLINE_ACCESS)
                .update();
    }
}
