package health.salus.smart;

import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.Consent.provisionActorComponent;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;

import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one Consent says to one caller about one type of resources.
 *
 * <p>A provision counts if all that it names fits; the provisions inside of it are its exceptions. What this server does not
 * understand makes a denial wider and a permission void.
 *
 * @param consent the statement of a patient
 * @param type    the resource type, or {@code *} for what may be said of any
 * @param caller  the caller
 * @param now     the time that periods are compared with
 * @see <a href="https://hl7.org/fhir/R4/consent.html">FHIR R4, Consent</a>
 */
record ConsentStatement(Consent consent, String type, ConsentCaller caller, Date now) {

    private static final String RESOURCE_TYPES = "http://hl7.org/fhir/resource-types";
    private static final Set<String> READING = Set.of("access", "use", "disclose");

    /** Returns what is denied, of what is about the patient. */
    ResourceCondition denied() {
        ProvisionComponent root = consent.getProvision();
        if (type(root) == ConsentProvisionType.DENY) {
            return denied(root);
        }
        return anyException(root, ConsentProvisionType.DENY);
    }

    /** Returns what is permitted, of what is about the patient. */
    ResourceCondition permitted() {
        ProvisionComponent root = consent.getProvision();
        if (type(root) == ConsentProvisionType.PERMIT) {
            return permitted(root);
        }
        return anyException(root, ConsentProvisionType.PERMIT);
    }

    private ResourceCondition denied(ProvisionComponent provision) {
        return butNot(match(provision, true), anyException(provision, ConsentProvisionType.PERMIT));
    }

    private ResourceCondition permitted(ProvisionComponent provision) {
        return butNot(match(provision, false), anyException(provision, ConsentProvisionType.DENY));
    }

    private static ResourceCondition butNot(ResourceCondition condition, ResourceCondition exceptions) {
        return ResourceCondition.allOf(List.of(condition, ResourceCondition.not(exceptions)));
    }

    private ResourceCondition anyException(ProvisionComponent provision, ConsentProvisionType wanted) {
        return ResourceCondition.anyOf(provision.getProvision().stream()
                .filter(it -> it.getType() == wanted)
                .map(it -> wanted == ConsentProvisionType.DENY ? denied(it) : permitted(it))
                .toList());
    }

    // R4 gives the outermost provision no type of its own and lets the policy rule say it; many write it there
    // nevertheless.
    private @Nullable ConsentProvisionType type(ProvisionComponent root) {
        if (root.hasType()) {
            return root.getType();
        }
        Set<String> rules = consent.getPolicyRule().getCoding().stream()
                .map(Coding::getCode)
                .collect(Collectors.toSet());
        if (rules.contains("OPTOUT")) {
            return ConsentProvisionType.DENY;
        }
        return rules.contains("OPTIN") ? ConsentProvisionType.PERMIT : null;
    }

    private ResourceCondition match(ProvisionComponent provision, boolean denying) {
        boolean fits = isNow(provision.getPeriod())
                && (!provision.hasAction() || provision.getAction().stream().anyMatch(it -> reads(it, denying)))
                && (!provision.hasActor() || provision.getActor().stream().anyMatch(it -> isCaller(it, denying)))
                && (!provision.hasPurpose()
                        || provision.getPurpose().stream().anyMatch(it -> caller.isFor(it.getCode(), denying)))
                && (!provision.hasClass_() || provision.getClass_().stream().anyMatch(it -> isType(it, denying)))
                && (denying || (!provision.hasCode() && !provision.hasDataPeriod()));
        if (!fits) {
            return ResourceCondition.NOTHING;
        }
        return ResourceCondition.allOf(List.of(labels(provision), data(provision, denying)));
    }

    private boolean isNow(Period period) {
        return (period.getStart() == null || !period.getStart().after(now))
                && (period.getEnd() == null || !period.getEnd().before(now));
    }

    private static boolean reads(CodeableConcept action, boolean denying) {
        return action.hasCoding()
                ? action.getCoding().stream().anyMatch(it -> READING.contains(String.valueOf(it.getCode())))
                : denying;
    }

    private boolean isCaller(provisionActorComponent actor, boolean denying) {
        Reference reference = actor.getReference();
        return reference.hasReference()
                ? caller.references()
                        .contains(reference
                                .getReferenceElement()
                                .toUnqualifiedVersionless()
                                .getValue())
                : denying;
    }

    private boolean isType(Coding kind, boolean denying) {
        boolean understood = !kind.hasSystem() || RESOURCE_TYPES.equals(kind.getSystem());
        return understood ? type.equals(kind.getCode()) || (denying && type.equals(ClinicalScope.ANY_TYPE)) : denying;
    }

    private static ResourceCondition labels(ProvisionComponent provision) {
        return provision.hasSecurityLabel()
                ? ResourceCondition.anyOf(provision.getSecurityLabel().stream()
                        .<ResourceCondition>map(it -> new ResourceCondition.HasLabel(new ScopeFilter.Token(
                                it.hasSystem() ? it.getSystem() : "", String.valueOf(it.getCode()))))
                        .toList())
                : ResourceCondition.EVERYTHING;
    }

    // A denial of what belongs to something takes more than an index to find, so it closes all.
    private static ResourceCondition data(ProvisionComponent provision, boolean denying) {
        if (!provision.hasData()) {
            return ResourceCondition.EVERYTHING;
        }
        boolean onlyThese = provision.getData().stream()
                .allMatch(it -> it.getMeaning() == ConsentDataMeaning.INSTANCE
                        && it.getReference().hasReference());
        if (!onlyThese) {
            return denying ? ResourceCondition.EVERYTHING : ResourceCondition.NOTHING;
        }
        return new ResourceCondition.OneOf(provision.getData().stream()
                .map(it -> it.getReference()
                        .getReferenceElement()
                        .toUnqualifiedVersionless()
                        .getValue())
                .collect(Collectors.toSet()));
    }
}
