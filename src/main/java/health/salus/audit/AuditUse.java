package health.salus.audit;

/** What became of a resource. */
public enum AuditUse {
    /** It was named by the request; whether it exists is not said. */
    ASKED,
    /** It left the server. */
    DISCLOSED,
    CREATED,
    UPDATED,
    DELETED
}
