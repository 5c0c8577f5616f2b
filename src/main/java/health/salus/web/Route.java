package health.salus.web;

import ca.uhn.fhir.context.FhirContext;

import java.util.Set;
import java.util.regex.Pattern;

/** A URL path as it may stand in a log: where the request went, but no id of a resource and no search value. */
final class Route {

    private static final Set<String> RESOURCE_TYPES = FhirContext.forR4Cached().getResourceTypes();
    private static final Pattern FIXED_WORD = Pattern.compile("[a-z][a-z0-9-]{1,31}");
    private static final Pattern OPERATION = Pattern.compile("[$_.][a-z][a-z-]{1,40}");

    private Route() {}

    /** Replaces by a star whatever may be an id, which is each segment behind a resource type that is no operation. */
    static String of(String path) {
        StringBuilder route = new StringBuilder();
        boolean beforeType = true;
        for (String segment : path.substring(Math.min(1, path.length())).split("/", 12)) {
            boolean type = beforeType && RESOURCE_TYPES.contains(segment);
            boolean fixed = beforeType && FIXED_WORD.matcher(segment).matches();
            boolean shown = type || fixed || OPERATION.matcher(segment).matches() || segment.isEmpty();
            route.append('/').append(shown ? segment : "*");
            beforeType = beforeType && !type;
        }
        return route.toString();
    }
}
