package health.salus.searchparameter;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.api.dao.ReindexParameters;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.util.List;

/**
 * Writes the index of some resources anew, in one transaction with the note that it is done. Their versions and times stay
 * what they are.
 */
@Component
class ReindexStep {

    private static final Logger LOG = LoggerFactory.getLogger(ReindexStep.class);

    private final TransactionTemplate transactions;
    private final Reindexes reindexes;
    private final ShippedIndex index;
    private final DaoRegistry resources;
    private final IFhirSystemDao<?, ?> system;

    ReindexStep(
            PlatformTransactionManager transactions,
            Reindexes reindexes,
            ShippedIndex index,
            DaoRegistry resources,
            IFhirSystemDao<?, ?> system) {
        this.transactions = new TransactionTemplate(transactions);
        this.reindexes = reindexes;
        this.index = index;
        this.resources = resources;
        this.system = system;
    }

    /** Lets those begin that may. */
    void start() {
        transactions.executeWithoutResult(status -> reindexes.start());
    }

    /** Returns how many resources those that are running still have to read. */
    long remaining() {
        return reindexes.remaining();
    }

    /** Goes on with the oldest reindex that is running by at most so many resources; false if there is none. */
    boolean run(int most) {
        return Boolean.TRUE.equals(transactions.execute(status -> reindexes
                .next()
                .map(reindex -> goOn(reindex, reindexes.rows(reindex, most)))
                .orElse(false)));
    }

    /** Notes that the next resource cannot be indexed, so that the others get their turn. */
    void skip() {
        transactions.executeWithoutResult(status -> reindexes.next().ifPresent(reindex -> {
            List<ReindexedRow> row = reindexes.rows(reindex, 1);
            if (!row.isEmpty()) {
                reindexes.advance(reindex, row, 1);
            }
        }));
    }

    private boolean goOn(Reindex reindex, List<ReindexedRow> rows) {
        if (rows.isEmpty()) {
            reindexes.finish(reindex);
            if (reindex.parameter().equals(ShippedIndex.ID)) {
                index.finish();
            }
            LOG.info(
                    "Reindexed for search parameter id={} resources={} failed={}",
                    reindex.parameter(),
                    reindex.done(),
                    reindex.failed());
            return true;
        }
        system.preFetchResources(rows.stream().map(ReindexStep::key).toList(), true);
        reindexes.advance(
                reindex, rows, rows.stream().filter(row -> !isIndexed(row)).count());
        return true;
    }

    private boolean isIndexed(ReindexedRow row) {
        return resources
                .getResourceDao(row.type())
                .reindex(key(row), new ReindexParameters(), new SystemRequestDetails(), new TransactionDetails())
                .getWarnings()
                .isEmpty();
    }

    private static JpaPid key(ReindexedRow row) {
        return JpaPid.fromId(row.place().row(), row.place().partition());
    }
}
