package health.salus.appstate;

import org.springframework.http.HttpStatus;

/** Says that a request about an app's state is not answered, and what the app can do about it. */
final class AppStateRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String code;

    /**
     * Makes a refusal.
     *
     * @param code one of the IssueType of FHIR R4
     * @param text for whoever wrote the app; quotes nothing of the request
     */
    AppStateRefusal(HttpStatus status, String code, String text) {
        super(text);
        this.status = status;
        this.code = code;
    }

    static AppStateRefusal badRequest(String text) {
        return new AppStateRefusal(HttpStatus.BAD_REQUEST, "invalid", text);
    }

    /** The scopes do not reach so far. */
    static AppStateRefusal forbidden() {
        return new AppStateRefusal(
                HttpStatus.FORBIDDEN,
                "forbidden",
                "The token does not open this state: it takes a scope for Basic that covers the code, and the subject is"
                        + " the person or the patient in context");
    }

    /** Another version, another code, another subject, deleted, or never there: the app has to look again. */
    static AppStateRefusal preconditionFailed() {
        return new AppStateRefusal(
                HttpStatus.PRECONDITION_FAILED,
                "conflict",
                "The app has no state of this id, version, code and subject; search for it and try again");
    }

    HttpStatus status() {
        return status;
    }

    String code() {
        return code;
    }
}
