package health.salus.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import health.salus.blob.StoredBlob;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Data that came to light inside a database transaction, as a patch brings it, on its way around the transaction: it waits
 * here until the transaction has been rolled back, is stored then, and is found when the transaction runs again.
 */
final class LateContent {

    private static final String USER_DATA = LateContent.class.getName();

    private final List<InlineData> waiting = new ArrayList<>();
    private final Map<String, StoredBlob> stored = new HashMap<>();
    private int rounds;

    private LateContent() {}

    static LateContent of(RequestDetails request) {
        return (LateContent) request.getUserData().computeIfAbsent(USER_DATA, key -> new LateContent());
    }

    /** The blob of data that has been stored before the transaction ran again, or null. */
    @Nullable
    StoredBlob find(InlineData data) {
        return stored.get(data.identity());
    }

    void await(List<InlineData> data) {
        waiting.addAll(data);
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Stores what waits; returns how many times something has waited until now. */
    int store(Function<InlineData, StoredBlob> store) {
        waiting.forEach(data -> stored.computeIfAbsent(data.identity(), key -> store.apply(data)));
        waiting.clear();
        return ++rounds;
    }
}
