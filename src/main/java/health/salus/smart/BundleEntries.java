package health.salus.smart;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/** Reads what the entries of a batch or transaction ask for. */
final class BundleEntries {

    private static final String HISTORY = "_history";
    private static final String SEARCH = "_search";

    private BundleEntries() {}

    /** Returns the interaction of an entry, or nothing if it is an operation or is not written as FHIR writes it. */
    static Optional<Interaction> interaction(BundleEntryRequestComponent request) {
        String url = request.hasUrl() ? request.getUrl() : "";
        int query = url.indexOf('?');
        String path = query < 0 ? url : url.substring(0, query);
        String relative = path.startsWith("/") ? path.substring(1) : path;
        List<String> steps = relative.isEmpty() ? List.of() : List.of(relative.split("/"));
        boolean addressesType = !steps.isEmpty() && ClinicalScope.isResourceType(steps.get(0));
        if (request.getMethod() == HTTPVerb.GET && (steps.isEmpty() || steps.equals(List.of(HISTORY)))) {
            return Optional.of(Interaction.of(
                    steps.isEmpty() ? RestOperationTypeEnum.SEARCH_SYSTEM : RestOperationTypeEnum.HISTORY_SYSTEM, ""));
        }
        // Anything else in the first place could be the name of another tenant.
        return addressesType && relative.indexOf('$') < 0 ? ofType(request, steps) : Optional.empty();
    }

    private static Optional<Interaction> ofType(BundleEntryRequestComponent request, List<String> steps) {
        boolean namesResource = steps.size() == 2;
        return kind(request.getMethod(), steps).map(kind -> switch (kind) {
            case CREATE -> new Interaction(kind, steps.get(0), request.hasIfNoneExist());
            case UPDATE, PATCH, DELETE -> new Interaction(kind, steps.get(0), !namesResource);
            default -> Interaction.of(kind, steps.get(0));
        });
    }

    private static Optional<RestOperationTypeEnum> kind(HTTPVerb method, List<String> steps) {
        RestOperationTypeEnum change = change(method);
        if (change == null) {
            return reading(steps);
        }
        int longest = change == RestOperationTypeEnum.CREATE ? 1 : 2;
        return steps.size() <= longest ? Optional.of(change) : Optional.empty();
    }

    private static @Nullable RestOperationTypeEnum change(HTTPVerb method) {
        return switch (method) {
            case POST -> RestOperationTypeEnum.CREATE;
            case PUT -> RestOperationTypeEnum.UPDATE;
            case PATCH -> RestOperationTypeEnum.PATCH;
            case DELETE -> RestOperationTypeEnum.DELETE;
            default -> null;
        };
    }

    private static Optional<RestOperationTypeEnum> reading(List<String> steps) {
        String second = steps.size() > 1 ? steps.get(1) : "";
        boolean ofVersions = steps.size() > 2 && steps.get(2).equals(HISTORY);
        if (second.isEmpty() || second.equals(SEARCH)) {
            return Optional.of(RestOperationTypeEnum.SEARCH_TYPE);
        }
        if (second.equals(HISTORY)) {
            return Optional.of(RestOperationTypeEnum.HISTORY_TYPE);
        }
        return switch (steps.size()) {
            case 2 -> Optional.of(RestOperationTypeEnum.READ);
            case 3 -> ofVersions ? Optional.of(RestOperationTypeEnum.HISTORY_INSTANCE) : Optional.empty();
            case 4 -> ofVersions ? Optional.of(RestOperationTypeEnum.VREAD) : Optional.empty();
            default -> Optional.empty();
        };
    }
}
