package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamString;
import ca.uhn.fhir.jpa.model.entity.StorageSettings;
import ca.uhn.fhir.util.StringUtil;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.HumanName;

import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The later parts of family names, so that "Quinones" finds "Carreno Quinones": https://hl7.org/fhir/R4/search.html#string. They
 * are indexed under a name of their own, since nobody is sorted by them.
 */
final class NameParts {

    private static final Set<String> TYPES = Set.of("Patient", "Person", "Practitioner", "RelatedPerson");
    private static final Set<String> PARAMETERS = Set.of("family", "name");

    private NameParts() {}

    /** Tells whether a parameter is one that finds names by their parts. */
    static boolean areFoundBy(String type, String parameter) {
        return TYPES.contains(type) && PARAMETERS.contains(parameter);
    }

    /** Returns the name under which the parts are indexed. */
    static String indexName(String parameter) {
        return parameter + ":part";
    }

    /** Reads them from a resource. */
    static Stream<ResourceIndexedSearchParamString> in(
            IBaseResource resource, FhirContext context, PartitionSettings partitions, StorageSettings storage) {
        String type = context.getResourceType(resource);
        if (!TYPES.contains(type)) {
            return Stream.empty();
        }
        return context.newTerser().getValues(resource, type + ".name", HumanName.class).stream()
                .map(HumanName::getFamily)
                // A name may say in an extension why it has none.
                .filter(Objects::nonNull)
                .flatMap(family -> Arrays.stream(family.split("[\\s-]+")).skip(1))
                .filter(part -> !part.isEmpty())
                .flatMap(part -> PARAMETERS.stream()
                        .map(parameter -> new ResourceIndexedSearchParamString(
                                partitions,
                                storage,
                                type,
                                indexName(parameter),
                                StringUtil.normalizeStringForSearchIndexing(part),
                                part)));
    }
}
