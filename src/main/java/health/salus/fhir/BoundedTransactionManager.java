package health.salus.fhir;

import jakarta.persistence.EntityManagerFactory;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.TransactionDefinition;

import java.time.Duration;

/** Ends what only reads, that is searches, after some time, and cancels the query that is still running in the database. */
final class BoundedTransactionManager extends JpaTransactionManager {

    private static final long serialVersionUID = 1;

    private final int readSeconds;

    BoundedTransactionManager(EntityManagerFactory factory, Duration longestRead) {
        super(factory);
        this.readSeconds = Math.toIntExact(longestRead.toSeconds());
    }

    @Override
    protected int determineTimeout(TransactionDefinition definition) {
        boolean decided = definition.getTimeout() != TransactionDefinition.TIMEOUT_DEFAULT;
        return definition.isReadOnly() && !decided ? readSeconds : super.determineTimeout(definition);
    }
}
