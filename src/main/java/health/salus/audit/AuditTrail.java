package health.salus.audit;

/** The trail of everything that happened. Whoever brings something about writes it down here before answering. */
public interface AuditTrail {

    /**
     * Writes an entry and returns when it is on disk.
     *
     * <p>HTTP requests are recorded without anybody's doing; this is for feeds, jobs and commands.
     *
     * @throws AuditUnavailableException if it could not be written in time. The caller must then not answer as if all were
     *     well. An entry of something that had an effect is kept and tried again until it can be written.
     */
    void record(AuditEntry entry);
}
