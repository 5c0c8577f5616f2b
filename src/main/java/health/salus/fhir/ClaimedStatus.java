package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Immunization;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.Optional;

/**
 * Refuses what claims a profile of US Core without the status that it must have. US Core lets a server show no such resource,
 * http://hl7.org/fhir/us/core/general-requirements.html#missing-data; rather than hide what was sent, it is not taken.
 */
@Interceptor
@Component
class ClaimedStatus {

    private static final String US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/";
    private static final String WITHDRAWN = "entered-in-error";

    /** Looks at what is about to be stored; answers 422. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
    public void onCreate(IBaseResource resource) {
        require(resource);
    }

    /** Looks at what is about to be stored in the place of another version; answers 422. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
    public void onUpdate(IBaseResource before, IBaseResource after) {
        require(after);
    }

    private static void require(IBaseResource stored) {
        if (!(stored instanceof Resource resource)) {
            return;
        }
        Optional<CanonicalType> claim = resource.getMeta().getProfile().stream()
                .filter(it -> it.hasValue() && it.getValue().startsWith(US_CORE))
                .findFirst();
        if (claim.isPresent()) {
            missing(resource).ifPresent(element -> {
                throw new UnprocessableEntityException("A " + resource.fhirType() + " of the profile "
                        + claim.get().getValue() + " needs a '" + element
                        + "'. Send it with one, or without the profile in 'meta.profile'.");
            });
        }
    }

    private static Optional<String> missing(Resource resource) {
        if (resource instanceof DocumentReference document) {
            return unless(document.getStatus() != null, "status");
        } else if (resource instanceof Immunization immunization) {
            return unless(immunization.getStatus() != null, "status");
        } else if (resource instanceof Goal goal) {
            return unless(goal.getLifecycleStatus() != null, "lifecycleStatus");
        } else if (resource instanceof AllergyIntolerance allergy) {
            return unless(
                    allergy.hasClinicalStatus() || has(allergy.getVerificationStatus(), WITHDRAWN), "clinicalStatus");
        } else if (resource instanceof Condition condition) {
            boolean isListed = condition.getCategory().stream().anyMatch(it -> has(it, "problem-list-item"));
            return unless(
                    condition.hasClinicalStatus() || !isListed || has(condition.getVerificationStatus(), WITHDRAWN),
                    "clinicalStatus");
        }
        return Optional.empty();
    }

    private static Optional<String> unless(boolean isThere, String element) {
        return isThere ? Optional.empty() : Optional.of(element);
    }

    private static boolean has(CodeableConcept concept, String code) {
        return concept.getCoding().stream().anyMatch(it -> code.equals(it.getCode()));
    }
}
