package health.salus.graphql;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the resources come from: as JSON, as their reader may see them, and none that the reader may not see. */
public interface GraphSource {

    /** Returns the newest version of a resource, or nothing if for the reader there is none. */
    Optional<ObjectNode> read(String type, String id);

    /**
     * A page of what a search has found.
     *
     * @param resources the matches
     * @param more      whether there are others behind them
     */
    record Found(List<ObjectNode> resources, boolean more) {

        public Found {
            resources = List.copyOf(resources);
        }
    }

    /**
     * Searches.
     *
     * @param type       the FHIR resource type
     * @param parameters search parameters, each with its alternatives separated by commas
     * @param offset     how many matches are passed over
     * @param count      how many are returned at most
     * @throws SearchRefusedException if the parameters are not understood, or the reader may not ask this
     */
    Found search(String type, Map<String, String> parameters, int offset, int count);

    /** Returns how many matches there are, or nothing if there are too many to count. */
    Optional<Integer> count(String type, Map<String, String> parameters);
}
