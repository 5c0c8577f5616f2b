package health.salus.smart;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.util.concurrent.TimeUnit;

/** Deletes codes, tokens, used assertions and logouts once they are worth nothing any more. */
@Component
@ConditionalOnEmbeddedIssuer
class ExpiredGrants {

    private final JdbcClient database;

    ExpiredGrants(JdbcClient database) {
        this.database = database;
    }

    @Scheduled(fixedDelay = 1, initialDelay = 1, timeUnit = TimeUnit.HOURS)
    void delete() {
        // A row holds all that came of one login, so it stays until the last of it has expired.
        database.sql("""
                        DELETE FROM oauth2_authorization WHERE greatest(authorization_code_expires_at,
                            access_token_expires_at, refresh_token_expires_at, oidc_id_token_expires_at) < now()
                        """).update();
        database.sql("DELETE FROM salus_client_assertion WHERE expires_at < now()")
                .update();
        database.sql("DELETE FROM salus_logout_token WHERE expires_at < now()").update();
        // No provider keeps a session for as long.
        database.sql("DELETE FROM salus_provider_session WHERE signed_in_at < now() - interval '90 days'")
                .update();
    }
}
