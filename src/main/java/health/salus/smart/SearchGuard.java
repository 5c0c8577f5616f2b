package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import health.salus.fhir.NarrowedSearch;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.Optional;

/**
 * Narrows every search to what its caller may see, before it runs.
 *
 * <p>Taking rows out of the result would come too late: a count, or the mere fact that a condition matched, has told
 * enough by then. HAPI calls this for searches by GET and POST, for counts, for conditions of writes and for conditional
 * references.
 */
@Interceptor
@Component
class SearchGuard {

    private static final String PATIENT = "Patient";
    private static final String ID = "_id";

    /** Narrows a search, or answers it 403 if it asks about types that the caller may not search. */
    @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
    public void narrow(ICachedSearchDetails search, @Nullable RequestDetails request, SearchParameterMap parameters) {
        Optional<SmartPrincipal> caller = request == null ? Optional.empty() : SmartPrincipal.of(request);
        if (request == null || caller.isEmpty()) {
            if (!(request instanceof SystemRequestDetails)) {
                throw new ForbiddenOperationException("Not allowed");
            }
            return;
        }
        AccessRights rights = AccessRights.of(request).orElseThrow();
        search.setUuid(SearchOwner.of(caller.get(), rights).newSearchId());
        if (rights.seesWholeTenant()) {
            return;
        }
        search.setCannotBeReused();
        narrow(search.getResourceType(), rights, parameters, request.getFhirContext());
    }

    /** Lets nobody who is limited see a result that was found for somebody else. */
    @Hook(Pointcut.STORAGE_PRECHECK_FOR_CACHED_SEARCH)
    public boolean mayReuse(@Nullable RequestDetails request) {
        return request != null
                && AccessRights.of(request).map(AccessRights::seesWholeTenant).orElse(true);
    }

    private static void narrow(String type, AccessRights rights, SearchParameterMap parameters, FhirContext context) {
        SearchedTypes searched = new SearchedTypes(context, type);
        if (rights.isLimitedToPatient()) {
            toOwnRecord(type, rights, parameters);
        }
        ResourceCondition allowed = rights.condition(type, Permission.SEARCH);
        if (allowed.isNothing()) {
            throw SearchedTypes.refusal();
        }
        searched.requireAll(
                parameters,
                it -> rights.inTenant(it, Permission.SEARCH)
                        || (PatientCompartment.isUniversal(it) && rights.inOwnRecord(it, Permission.READ)),
                it -> !rights.isLimitedToPatient() && goesAlong(rights.condition(it, Permission.SEARCH), allowed));
        if (!allowed.isEverything()) {
            NarrowedSearch.addOnce(parameters, ID, ConditionSql.of(allowed, type, context));
        }
    }

    // If whom it is about decides on both ends, and in the same way, what is found at one end is allowed at the other.
    private static boolean goesAlong(ResourceCondition target, ResourceCondition found) {
        return !target.isNothing() && target.isByPatient() && found.parts().containsAll(target.parts());
    }

    // Says once more, in words that HAPI has an index for, what the condition says.
    private static void toOwnRecord(String type, AccessRights rights, SearchParameterMap parameters) {
        String patient = rights.patient()
                .filter(it -> rights.inOwnRecord(type, Permission.SEARCH))
                .orElseThrow(SearchedTypes::refusal);
        if (type.equals(PATIENT)) {
            NarrowedSearch.addOnce(parameters, ID, new TokenParam(patient));
        } else if (PatientCompartment.hasOwner(type)) {
            NarrowedSearch.addOnce(parameters, PatientCompartment.OWNER, new ReferenceParam(PATIENT + "/" + patient));
        } else {
            throw SearchedTypes.refusal();
        }
    }
}
