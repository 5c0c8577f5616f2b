package health.salus.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Follows the chain row by row and finds what was changed, taken out, put in or moved. */
final class ChainVerification implements Consumer<ChainedRow> {

    private static final int MOST_FINDINGS = 100;

    private final Map<String, AuditSecret> secrets;
    private final @Nullable Checkpoint checkpoint;
    private final List<Finding> findings = new ArrayList<>();
    private ChainLink last;
    private final boolean othersWriteToo;
    private long rows;

    /**
     * Begins.
     *
     * @param secrets    the secrets that rows may be sealed with, by their ids
     * @param checkpoint how far the chain is known to have come
     * @param start      the link behind which the rows will come
     */
    ChainVerification(Map<String, AuditSecret> secrets, Optional<Checkpoint> checkpoint, ChainLink start) {
        this(secrets, checkpoint, start, false);
    }

    private ChainVerification(
            Map<String, AuditSecret> secrets,
            Optional<Checkpoint> checkpoint,
            ChainLink start,
            boolean othersWriteToo) {
        this.othersWriteToo = othersWriteToo;
        this.secrets = Map.copyOf(secrets);
        this.checkpoint = checkpoint.orElse(null);
        this.last = start;
    }

    /** Begins behind a link, for a server that cannot judge the seals of other servers on the same database. */
    static ChainVerification onTheWay(AuditSecret own, ChainLink start) {
        return new ChainVerification(Map.of(own.id(), own), Optional.empty(), start, true);
    }

    @Override
    public void accept(ChainedRow row) {
        check(row);
    }

    /** Looks at the next row and returns the entry in it, if its content is one. */
    Optional<AuditEntry> check(ChainedRow row) {
        rows++;
        long seq = row.link().seq();
        if (seq != last.seq() + 1) {
            find(seq, "the rows from " + (last.seq() + 1) + " to " + (seq - 1) + " before it are missing");
        } else if (!last.next(row.row().content()).equals(row.link())) {
            find(seq, "its content or place was changed, or the row before it");
        }
        checkSeal(row);
        Optional<AuditEntry> entry = entry(row);
        if (checkpoint != null
                && checkpoint.seq() == seq
                && !checkpoint.hash().equals(row.link().hex())) {
            find(seq, "it is not the row that the checkpoint has signed");
        }
        last = row.link();
        return entry;
    }

    /** Returns what was found, after the last row. */
    List<Finding> findings() {
        List<Finding> all = new ArrayList<>(findings);
        if (checkpoint != null && checkpoint.seq() > last.seq()) {
            all.add(new Finding(
                    last.seq(),
                    "the rows behind it up to " + checkpoint.seq() + ", which a checkpoint has signed, are missing"));
        }
        return all;
    }

    /** Returns how many rows were looked at. */
    long rows() {
        return rows;
    }

    ChainLink last() {
        return last;
    }

    private void checkSeal(ChainedRow row) {
        AuditSecret secret = secrets.get(row.keyId());
        if (secret == null && othersWriteToo) {
            return;
        }
        if (secret == null) {
            find(row.link().seq(), "it is sealed with the key " + row.keyId() + ", which is not here");
        } else if (!MessageDigest.isEqual(secret.seal(row.link().hash()), row.seal())) {
            find(row.link().seq(), "its seal is forged: no server of ours wrote it");
        }
    }

    private Optional<AuditEntry> entry(ChainedRow row) {
        try {
            AuditEntry entry = AuditJson.read(row.row().content());
            if (!AuditRow.of(entry, row.row().content()).equals(row.row())) {
                find(row.link().seq(), "its columns say something else than its content");
            }
            return Optional.of(entry);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            find(row.link().seq(), "its content is no entry");
            return Optional.empty();
        }
    }

    private void find(long seq, String problem) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(new Finding(seq, problem));
        }
    }
}
