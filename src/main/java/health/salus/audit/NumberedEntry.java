package health.salus.audit;

/**
 * An entry and its place.
 *
 * @param seq   number in the trail
 * @param entry what it says
 */
record NumberedEntry(long seq, AuditEntry entry) {

    /** Returns the part of it that is about one patient, without what was asked. */
    NumberedEntry about(String patient) {
        return new NumberedEntry(
                seq,
                new AuditEntry(
                        entry.recorded(),
                        entry.tenant(),
                        entry.kind(),
                        entry.action(),
                        entry.event(),
                        entry.outcome(),
                        entry.reason(),
                        entry.purpose(),
                        entry.agent(),
                        entry.requestId(),
                        java.util.List.of(),
                        entry.targets().stream()
                                .filter(target -> target.use() != AuditUse.ASKED
                                        && target.patients().contains(patient))
                                .map(target -> new AuditTarget(
                                        target.type(),
                                        target.id(),
                                        target.version(),
                                        target.use(),
                                        java.util.Set.of(patient)))
                                .toList()));
    }
}
