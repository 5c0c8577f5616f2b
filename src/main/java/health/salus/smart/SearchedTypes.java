package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.SearchContainedModeEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.param.HasParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds out about which types of resources a search asks beside the one it returns.
 *
 * <p>{@code Patient?_has:Observation:patient:code=…} answers with a patient what an observation says. Includes need no
 * such care: they show resources, and each that is shown is judged.
 *
 * @param context the FHIR version
 * @param type    the type of the resources that the search returns
 */
record SearchedTypes(FhirContext context, String type) {

    private static final String PATIENT = "Patient";
    private static final Set<String> HARMLESS =
            Set.of("_id", "_lastUpdated", "_tag", "_profile", "_security", "_source", "_language", "_text", "_content");
    // Along a hierarchy the answer tells which resources are part of which, also of those between.
    private static final Set<String> HIERARCHICAL = Set.of("above", "below");

    // What they ask, the resource itself says, or a value set that all may read.
    private static final Set<String> OF_ITS_OWN =
            Set.of("missing", "exact", "contains", "text", "not", "in", "not-in", "of-type", "identifier");

    static ForbiddenOperationException refusal() {
        return new ForbiddenOperationException("The scopes of the token do not allow this search");
    }

    /**
     * Refuses the search with 403 unless all that it asks about passes, and it is understood in full.
     *
     * @param allowed    the types about which it may ask on any way
     * @param alongOwner the types about which it may ask on the way between a patient and what is about that patient
     */
    void requireAll(SearchParameterMap parameters, Predicate<String> allowed, Predicate<String> alongOwner) {
        boolean contained = parameters.getSearchContainedMode() != null
                && parameters.getSearchContainedMode() != SearchContainedModeEnum.FALSE;
        if (contained || !isPlain(parameters.getSort())) {
            throw refusal();
        }
        parameters
                .entrySet()
                .forEach(entry -> entry.getValue().stream()
                        .flatMap(Collection::stream)
                        .filter(value -> !passes(entry.getKey(), value, allowed, alongOwner))
                        .findFirst()
                        .ifPresent(value -> {
                            throw refusal();
                        }));
    }

    private boolean passes(
            String name, IQueryParameterType value, Predicate<String> allowed, Predicate<String> alongOwner) {
        if (value instanceof HasParam has) {
            String target = has.getTargetResourceType();
            boolean ofPatient = type.equals(PATIENT) && namesOwner(target, has.getReferenceFieldName());
            return (allowed.test(target) || (ofPatient && alongOwner.test(target)))
                    && asksOnlyAboutReferrer(has.getParameterName())
                    && isPlain(has.getReferenceFieldName());
        }
        if (value instanceof ReferenceParam reference && reference.getChain() != null) {
            boolean toOwner = namesOwner(type, name);
            return isPlain(reference.getChain())
                    && passesChain(
                            name,
                            reference,
                            it -> allowed.test(it) || (toOwner && it.equals(PATIENT) && alongOwner.test(it)));
        }
        if (value instanceof ReferenceParam reference && HIERARCHICAL.contains(type(reference))) {
            return targetsPass(name, allowed);
        }
        return isPlain(name) && (!name.startsWith("_") || HARMLESS.contains(name));
    }

    // A modifier that names a type leads on to it, and one along a hierarchy to what stands between.
    private static boolean asksOnlyAboutReferrer(String nameAndModifier) {
        String[] parts = nameAndModifier.split(":", 2);
        return isPlain(parts[0])
                && (parts.length == 1 || OF_ITS_OWN.contains(parts[1]))
                && (!parts[0].startsWith("_") || HARMLESS.contains(parts[0]));
    }

    private boolean passesChain(String name, ReferenceParam reference, Predicate<String> allowed) {
        return type(reference).isBlank() ? targetsPass(name, allowed) : allowed.test(type(reference));
    }

    private static String type(ReferenceParam reference) {
        return reference.getResourceType() == null ? "" : reference.getResourceType();
    }

    private boolean targetsPass(String name, Predicate<String> allowed) {
        RuntimeSearchParam parameter = context.getResourceDefinition(type).getSearchParam(name);
        return parameter != null
                && !parameter.getTargets().isEmpty()
                && parameter.getTargets().stream().allMatch(allowed);
    }

    private boolean namesOwner(String type, String name) {
        RuntimeSearchParam parameter = PatientCompartment.hasOwner(type)
                ? context.getResourceDefinition(type).getSearchParam(name)
                : null;
        return parameter != null
                && PatientCompartment.plainPath(parameter).equals(PatientCompartment.ownerPath(context, type));
    }

    // A second step of a chain would have to be followed from every type that the first may lead to.
    private static boolean isPlain(String name) {
        return name.indexOf('.') < 0 && name.indexOf(':') < 0 && !name.startsWith("_has");
    }

    private static boolean isPlain(@Nullable SortSpec sort) {
        return sort == null || (isPlain(sort.getParamName()) && isPlain(sort.getChain()));
    }
}
