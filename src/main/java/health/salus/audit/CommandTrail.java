package health.salus.audit;

import javax.sql.DataSource;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** The trail for a command of the jar: each entry is written when it is recorded, also while a server writes its own. */
public final class CommandTrail implements AuditTrail, AutoCloseable {

    private final AuditChain chain;

    private CommandTrail(AuditChain chain) {
        this.chain = chain;
    }

    /** Opens the trail in this database, sealed with the key that the server has in this data directory. */
    public static CommandTrail open(DataSource database, Path dataDirectory) {
        return new CommandTrail(new AuditChain(database, AuditSecret.in(dataDirectory.resolve("keys"))));
    }

    @Override
    public void record(AuditEntry entry) {
        try {
            chain.add(List.of(AuditRow.of(entry)));
        } catch (SQLException notWritten) {
            throw new AuditUnavailableException(notWritten);
        }
    }

    @Override
    public void close() {
        chain.close();
    }
}
