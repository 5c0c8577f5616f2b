package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticationException;

/** Says that somebody who comes from the provider does not get in. */
final class ProviderRefusal extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final @Nullable String who;

    /**
     * Makes a refusal.
     *
     * @param who the account, or {@code provider:} and the provider's name for the person; null if nobody knows
     */
    ProviderRefusal(Reason reason, @Nullable String who, @Nullable Throwable cause) {
        super(reason.code, cause);
        this.reason = reason;
        this.who = who;
    }

    Reason reason() {
        return reason;
    }

    @Nullable
    String who() {
        return who;
    }

    /** Why, in the words of the audit trail and in those of the page. */
    enum Reason {
        UNKNOWN_PERSON(
                403, "unknown-person", "There is no account here for you. An administrator can link one to you."),
        NAME_TAKEN(
                403, "name-taken", "Somebody here has your name already. An administrator can link an account to you."),
        DISABLED(403, "disabled", "Your account here is disabled. Ask an administrator."),
        TENANT_DISABLED(403, "tenant-disabled", "Your institution is disabled here. Ask an administrator."),
        LOCKED(403, "locked", "Somebody has tried wrong passwords with your name. Try again in a minute."),
        DENIED(403, "denied-by-provider", "You were not signed in there. Start again from the app."),
        NOT_STARTED_HERE(
                400, "not-started-here", "This login was not started in this browser. Start again from the app."),
        BAD_ID_TOKEN(400, "bad-id-token", "What came from there cannot be trusted. Start again from the app."),
        FAILED(400, "provider-login-failed", "The login did not work. Start again from the app."),
        UNAVAILABLE(503, "provider-unavailable", "The login there cannot be reached now. Try again later.");

        private final int status;
        private final String code;
        private final String text;

        Reason(int status, String code, String text) {
            this.status = status;
            this.code = code;
            this.text = text;
        }

        int status() {
            return status;
        }

        String code() {
            return code;
        }

        String text() {
            return text;
        }
    }
}
