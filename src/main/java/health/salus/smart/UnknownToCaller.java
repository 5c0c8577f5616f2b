package health.salus.smart;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.Optional;
import java.util.Set;

/**
 * Gives a caller who sees one record only the same answer for what belongs to others, for what was deleted and for what
 * never existed. HAPI tells these apart in its words, and a difference of one letter is enough to learn who is a patient.
 */
@Interceptor(order = CallerInterceptor.FIRST)
@Component
class UnknownToCaller {

    private static final String EVERYTHING = "$everything";
    private static final Set<RestOperationTypeEnum> COUNTING_MORE = Set.of(
            RestOperationTypeEnum.GET_PAGE,
            RestOperationTypeEnum.HISTORY_INSTANCE,
            RestOperationTypeEnum.HISTORY_TYPE,
            RestOperationTypeEnum.HISTORY_SYSTEM);

    /** Replaces what HAPI is about to answer, or leaves it by returning null. */
    @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
    public @Nullable BaseServerResponseException answer(RequestDetails request, Throwable failure) {
        IIdType id = request.getId();
        String type = request.getResourceName();
        if (id == null || !id.hasIdPart() || type == null || !tellsOfExistence(failure)) {
            return null;
        }
        Optional<AccessRights> rights = AccessRights.of(request);
        boolean limited = rights.isPresent() && !rights.get().inTenant(type, Permission.READ);
        return limited
                ? new ResourceNotFoundException("Resource " + type + "/" + id.getIdPart() + " is not known")
                : null;
    }

    /**
     * Leaves out the number of results where HAPI counts before it filters: it follows references out of the record for
     * {@code $everything}, and its pages repeat the number.
     */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void leaveOutTotal(RequestDetails request, IBaseResource response) {
        boolean countsMore =
                EVERYTHING.equals(request.getOperation()) || COUNTING_MORE.contains(request.getRestOperationType());
        boolean limited = AccessRights.of(request)
                .filter(rights -> !rights.seesWholeTenant())
                .isPresent();
        if (countsMore && limited && response instanceof Bundle bundle) {
            bundle.setTotalElement(null);
        }
    }

    private static boolean tellsOfExistence(Throwable failure) {
        return failure instanceof ResourceNotFoundException || failure instanceof ResourceGoneException;
    }
}
