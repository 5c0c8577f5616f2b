package health.salus.smart;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;

/** The sessions at the provider of which sign-ins here came, and what ends here with them. */
@Component
@ConditionalOnLoginProvider
class ProviderSessions {

    private static final String SESSION = "sid";

    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private final ProviderLinks links;
    private final LoginProvider provider;
    private final Users users;
    private final Grants grants;

    ProviderSessions(
            JdbcClient database,
            PlatformTransactionManager transactions,
            ProviderLinks links,
            LoginProvider provider,
            Users users,
            Grants grants) {
        this.database = database;
        this.transaction = new TransactionTemplate(transactions);
        this.links = links;
        this.provider = provider;
        this.users = users;
        this.grants = grants;
    }

    /** Notes of which session a sign-in came, if the provider tells. */
    void begin(OidcIdToken token, String username) {
        Optional.ofNullable(token.getClaimAsString(SESSION))
                .ifPresent(session -> database.sql(
                                "INSERT INTO salus_provider_session (session_hash, username) VALUES (:session, :username)"
                                        + " ON CONFLICT (session_hash, username) DO UPDATE SET signed_in_at = now()")
                        .param("session", hash(session))
                        .param("username", username)
                        .update());
    }

    /**
     * Signs a person out everywhere and ends what apps have got from them, at once; what they have got for times without the
     * person only if the token says so.
     *
     * @return the accounts, none if nobody here is meant; or nothing if the token was used before
     */
    Optional<List<String>> end(LogoutToken token) {
        return Optional.ofNullable(transaction.execute(status -> isFirstUse(token) ? ended(token) : null));
    }

    private List<String> ended(LogoutToken token) {
        List<String> meant = meant(token);
        for (String username : meant) {
            users.signOut(username);
            if (token.endsOffline()) {
                grants.endAllOfUser(username);
            } else {
                grants.endAllButOffline(username);
            }
        }
        return meant;
    }

    // A session that belongs to somebody else than the token names is no reason to sign that somebody out.
    private List<String> meant(LogoutToken token) {
        return token.subject() == null
                ? database.sql("SELECT username FROM salus_provider_session WHERE session_hash = :session")
                        .param("session", hash(String.valueOf(token.session())))
                        .query(String.class)
                        .list()
                : links.find(token.subject()).map(it -> it.user().username()).stream()
                        .toList();
    }

    // The row decides and not a look before it, so of two requests at the same moment one is refused.
    private boolean isFirstUse(LogoutToken token) {
        return database.sql("INSERT INTO salus_logout_token (token_hash, expires_at) VALUES (:token, :expiry)"
                                + " ON CONFLICT DO NOTHING")
                        .param("token", hash(token.id()))
                        .param("expiry", Timestamp.from(token.expiresAt().plus(LogoutTokens.CLOCK_SKEW)))
                        .update()
                == 1;
    }

    // Another provider may give the same names to others.
    private String hash(String name) {
        return TokenHash.of(provider.issuer().id() + " " + name);
    }
}
