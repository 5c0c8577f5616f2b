package health.salus.audit;

/** What sort of thing happened; it decides on the type of the {@code AuditEvent} that shows it. */
public enum AuditKind {
    /** An HTTP request that is none of the others. */
    REQUEST,
    /** Somebody tried to sign in, or was signed out. */
    LOGIN,
    /** Somebody asked for an access token, or gave one back. */
    TOKEN,
    /** A message came in over a feed. */
    MESSAGE,
    /** Somebody used a command on the server itself. */
    COMMAND,
    /** Somebody took a record in an emergency, past the rules. */
    BREAK_GLASS,
    /** The server noticed something about itself. */
    SECURITY
}
