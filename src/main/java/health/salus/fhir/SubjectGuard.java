package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.stream.Stream;

/**
 * Keeps a feed from moving a result from one patient's record to another's, as it would when a laboratory uses a number
 * twice. A client of the FHIR API may correct a subject; a feed may not, since nobody looks on. Only what joins the records of
 * two patients may, and says so.
 */
@Interceptor
@Component
class SubjectGuard {

    /** The key under which a request says that it may move resources between patients. */
    static final String MOVES = SubjectGuard.class.getName() + ".moves";

    /** Looks at an update just before it is committed, when all its references are resolved; answers 422. */
    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
    public void onUpdated(IBaseResource before, IBaseResource after, RequestDetails request) {
        if (!(request instanceof SystemRequestDetails)
                || Boolean.TRUE.equals(request.getUserData().get(MOVES))
                || !(before instanceof Resource old)
                || !(after instanceof Resource changed)) {
            return;
        }
        String oldSubject = subject(old);
        if (!oldSubject.isEmpty() && !oldSubject.equals(subject(changed))) {
            throw new UnprocessableEntityException(
                    "The " + changed.fhirType() + " with this number belongs to another patient");
        }
    }

    private static String subject(Resource resource) {
        return Stream.of("subject", "patient")
                .map(resource::getNamedProperty)
                .filter(property -> property != null && property.hasValues())
                .map(SubjectGuard::target)
                .findFirst()
                .orElse("");
    }

    private static String target(Property property) {
        return property.getValues().get(0) instanceof Reference reference
                ? reference.getReferenceElement().toUnqualifiedVersionless().getValue()
                : "";
    }
}
