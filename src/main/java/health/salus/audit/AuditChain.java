package health.salus.audit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.sql.DataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The end of the chain, where one server adds rows while others may add theirs.
 *
 * <p>No lock is taken: whoever inserts the next number first has it, and the other reads the new end and tries again.
 */
final class AuditChain {

    private static final Logger LOG = LoggerFactory.getLogger(AuditChain.class);
    private static final int PATIENCE_MILLISECONDS = 10_000;
    private static final String TAKEN = "23505";

    private final DataSource database;
    private final AuditSecret secret;
    // Kept from batch to batch, so that searches that use up the pool do not keep the trail from being written.
    private @Nullable Connection connection;
    private volatile @Nullable ChainLink last;
    private List<ChainedRow> unsure = List.of();

    AuditChain(DataSource database, AuditSecret secret) {
        this.database = database;
        this.secret = secret;
    }

    Optional<ChainLink> lastWritten() {
        return Optional.ofNullable(last);
    }

    /** Adds rows in this order and returns when they are on disk; throws if none of them is, or nobody can tell. */
    void add(List<AuditRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try {
            AuditRows table = table();
            List<AuditRow> missing = withoutThoseWrittenAfterAll(table, rows);
            while (!missing.isEmpty() && !tryToAdd(table, missing)) {
                last = table.last();
            }
        } catch (SQLException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private boolean tryToAdd(AuditRows table, List<AuditRow> rows) throws SQLException {
        List<ChainedRow> chained = new ArrayList<>(rows.size());
        ChainLink end = last == null ? table.last() : last;
        for (AuditRow row : rows) {
            ChainedRow next = ChainedRow.behind(end, row, secret);
            chained.add(next);
            end = next.link();
        }
        unsure = chained;
        try {
            table.add(chained);
        } catch (SQLException e) {
            if (TAKEN.equals(e.getSQLState())) {
                unsure = List.of();
                return false;
            }
            throw e;
        }
        unsure = List.of();
        last = end;
        return true;
    }

    // The connection may have ended between the commit and its confirmation.
    private List<AuditRow> withoutThoseWrittenAfterAll(AuditRows table, List<AuditRow> rows) throws SQLException {
        List<ChainedRow> earlier = unsure;
        unsure = List.of();
        if (earlier.isEmpty()) {
            return rows;
        }
        ChainLink end = earlier.get(earlier.size() - 1).link();
        if (table.at(end.seq()).filter(end::equals).isEmpty()) {
            return rows;
        }
        Set<AuditRow> written = earlier.stream().map(ChainedRow::row).collect(Collectors.toSet());
        return rows.stream().filter(row -> !written.contains(row)).toList();
    }

    private AuditRows table() throws SQLException {
        Connection open = connection;
        if (open == null || open.isClosed()) {
            open = database.getConnection();
            open.setAutoCommit(true);
            open.setNetworkTimeout(Runnable::run, PATIENCE_MILLISECONDS);
            connection = open;
            last = null;
        }
        return new AuditRows(open);
    }

    /** Gives the connection back. */
    void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("The connection was gone already", e);
            }
        }
    }
}
