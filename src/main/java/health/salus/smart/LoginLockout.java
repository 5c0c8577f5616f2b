package health.salus.smart;

import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.authentication.event.AuthenticationFailureBadCredentialsEvent;
import org.springframework.security.authentication.event.AuthenticationSuccessEvent;
import org.springframework.stereotype.Component;

/**
 * Makes guessing a password slow: every fifth failure in a row locks the account for a minute.
 *
 * <p>A minute is short enough that locking somebody out on purpose is no use, and long enough that a day holds only a
 * few thousand guesses.
 */
@Component
@ConditionalOnEmbeddedIssuer
class LoginLockout {

    private static final int FAILURES = 5;

    private final JdbcClient database;

    LoginLockout(JdbcClient database) {
        this.database = database;
    }

    @EventListener
    void onFailure(AuthenticationFailureBadCredentialsEvent event) {
        database.sql("""
                        UPDATE salus_user SET failed_logins = failed_logins + 1,
                            locked_until = CASE WHEN (failed_logins + 1) % :failures = 0
                                                THEN now() + interval '1 minute' ELSE locked_until END
                        WHERE username = :username
                        """)
                .param("failures", FAILURES)
                .param("username", event.getAuthentication().getName())
                .update();
    }

    // Clients that prove themselves raise this event too, and the usual login has nothing to forget.
    @EventListener(
            condition = "#event.authentication.principal instanceof"
                    + " T(org.springframework.security.core.userdetails.UserDetails)")
    void onSuccess(AuthenticationSuccessEvent event) {
        database.sql("UPDATE salus_user SET failed_logins = 0, locked_until = NULL"
                        + " WHERE username = :username AND failed_logins > 0")
                .param("username", event.getAuthentication().getName())
                .update();
    }
}
