package health.salus.smart;

import ca.uhn.fhir.jpa.searchparam.matcher.SearchParamMatcher;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import health.salus.fhir.MadeForAnswer;
import health.salus.fhir.WholeTypes;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Set;

/** Decides about a resource that is at hand whether a caller may see it; nothing else decides that. */
@Component
class Visibility implements WholeTypes {

    // Made for the answer and stored nowhere, so they show nobody's data.
    private static final Set<String> ANSWERS = Set.of("OperationOutcome", "CapabilityStatement");

    private static final Set<RestOperationTypeEnum> READS =
            Set.of(RestOperationTypeEnum.READ, RestOperationTypeEnum.VREAD, RestOperationTypeEnum.HISTORY_INSTANCE);

    // Only there together with the FHIR API, and made after the interceptors.
    private final ObjectProvider<SearchParamMatcher> searches;

    Visibility(ObjectProvider<SearchParamMatcher> searches) {
        this.searches = searches;
    }

    /** Tells whether the caller may see this resource, in the version that it is in. */
    boolean shows(AccessRights rights, RequestDetails request, IBaseResource resource) {
        String type = request.getFhirContext().getResourceType(resource);
        if (ANSWERS.contains(type) || MadeForAnswer.isMarked(resource)) {
            return true;
        }
        ResourceCondition seeing = seeing(rights, request, type);
        return seeing.isEverything() || holds(seeing, request, resource);
    }

    @Override
    public boolean isShown(RequestDetails request, String type) {
        return AccessRights.of(request)
                .filter(rights -> seeing(rights, request, type).isEverything())
                .isPresent();
    }

    @Override
    public boolean isTenantShown(RequestDetails request) {
        return AccessRights.of(request).filter(AccessRights::seesWholeTenant).isPresent();
    }

    private static ResourceCondition seeing(AccessRights rights, RequestDetails request, String type) {
        ResourceCondition reading = rights.condition(type, Permission.READ);
        // A search shows what it finds, for which its own letter is enough. Everything else that shows a resource reads
        // it.
        return READS.contains(request.getRestOperationType())
                ? reading
                : ResourceCondition.anyOf(List.of(reading, rights.condition(type, Permission.SEARCH)));
    }

    /** Tells whether a condition holds of this resource. */
    boolean holds(ResourceCondition condition, RequestDetails request, IBaseResource resource) {
        return condition.isEverything()
                || condition.holds(new ResourceFacts(resource, request.getFhirContext(), searches::getObject));
    }
}
