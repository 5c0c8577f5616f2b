package health.salus.audit;

/**
 * A row with its place in the chain.
 *
 * @param link  its number and hash
 * @param row   what it says
 * @param seal  32 bytes that prove that a server of ours wrote it
 * @param keyId which secret the seal is made with
 */
record ChainedRow(ChainLink link, AuditRow row, byte[] seal, String keyId) {

    static ChainedRow behind(ChainLink last, AuditRow row, AuditSecret secret) {
        ChainLink link = last.next(row.content());
        return new ChainedRow(link, row, secret.seal(link.hash()), secret.id());
    }
}
