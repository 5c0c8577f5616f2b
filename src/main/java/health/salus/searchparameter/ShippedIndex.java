package health.salus.searchparameter;

import health.salus.searchparameter.IndexState.State;
import health.salus.searchparameter.IndexState.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Sees, when a server starts, whether what is stored is indexed in its way, and has it indexed again if an earlier version has
 * done it in another one.
 */
@Component
class ShippedIndex implements SmartInitializingSingleton {

    /** The name of this work among the reindexes; no SearchParameter can have it for an id. */
    static final String ID = "_shipped";

    /**
     * Counts the ways in which {@code ExactSearchParamExtractor} makes index rows. Whoever lets it write others adds one here, and
     * what is stored is indexed again after the upgrade.
     */
    private static final int INDEX_ROWS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ShippedIndex.class);
    private static final String CODE = "";
    private static final String URL = "";

    private final ShippedParameters shipped;
    private final IndexState states;
    private final Reindexes reindexes;
    private final TransactionTemplate transactions;

    ShippedIndex(
            ShippedParameters shipped,
            IndexState states,
            Reindexes reindexes,
            PlatformTransactionManager transactions) {
        this.shipped = shipped;
        this.states = states;
        this.reindexes = reindexes;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** Compares, before the first request comes and before anything is written. */
    @Override
    public void afterSingletonsInstantiated() {
        transactions.executeWithoutResult(status -> {
            // One server after the other, of those that start together.
            reindexes.lockChanges();
            compare(new Version(INDEX_ROWS, shipped.digests()));
        });
    }

    /** Returns the keys of the search parameters by which what is stored cannot be found yet. */
    Set<String> pending() {
        return states.find().map(State::pending).orElse(Set.of());
    }

    /** Notes, in the transaction that comes to the end, that everything is indexed. */
    void finish() {
        states.finish();
    }

    private void compare(Version wanted) {
        if (states.find().isEmpty()) {
            // Earlier versions did not say: they knew FHIR's parameters, and made other rows.
            states.set(states.hasNoData() ? wanted : new Version(0, shipped.digestsOfFhir()));
        }
        State state = states.find().orElseThrow();
        if (wanted.equals(state.next()) || (state.next() == null && wanted.equals(state.now()))) {
            return;
        }
        states.setNext(wanted);
        Collection<String> types = types(state.now(), wanted);
        LOG.info(
                "What is stored was indexed by another version, and is indexed again in the background types={}",
                types.size());
        reindexes.begin(ID, CODE, URL, List.of(), types);
    }

    private Collection<String> types(Version now, Version wanted) {
        if (now.indexRows() != wanted.indexRows()) {
            return shipped.types();
        }
        return Stream.of(wanted.changedFrom(now), now.changedFrom(wanted))
                .flatMap(Set::stream)
                .map(ShippedParameters::type)
                .collect(TreeSet::new, TreeSet::add, TreeSet::addAll);
    }
}
