package health.salus.searchparameter;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * That resources are read again because of a change of a search parameter.
 *
 * @param parameter  the id of the SearchParameter
 * @param code       its name in searches
 * @param types      the resource types that are read
 * @param state      how far it is
 * @param place      behind which resource it goes on
 * @param resources  how many there were when it began, or null before
 * @param done       how many were read
 * @param failed     how many of these could not be indexed
 * @param askedAt    when the search parameter was changed
 * @param startedAt  when the first resource was read, or null before
 * @param finishedAt when the last one was, or null before
 */
record Reindex(
        String parameter,
        String code,
        List<String> types,
        State state,
        Place place,
        @Nullable Long resources,
        long done,
        long failed,
        Instant askedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    Reindex {
        types = List.copyOf(types);
    }

    /** How far it is. */
    enum State {
        /** It begins as soon as every server writes by the new parameter. */
        WAITING,
        RUNNING,
        /** Searches find all that there is. */
        FINISHED,
        /** It came to its end, and some resources could not be indexed. */
        FAILED
    }

    /**
     * A place in HAPI's table of resources.
     *
     * @param partition HAPI's partition
     * @param row       HAPI's number of a resource
     */
    record Place(int partition, long row) {}
}
