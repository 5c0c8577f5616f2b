package health.salus.tenant;

import java.util.Set;

/**
 * The resource types that belong to nobody: what they say holds for the whole server, so HAPI keeps them in partition
 * {@value Tenant#SHARED_PARTITION}, where every tenant reads them.
 */
public final class SharedTypes {

    private static final Set<String> NAMES = Set.of(
            "SearchParameter",
            "StructureDefinition",
            "Questionnaire",
            "CapabilityStatement",
            "CompartmentDefinition",
            "OperationDefinition",
            "Library",
            "ConceptMap",
            "CodeSystem",
            "ValueSet",
            "NamingSystem",
            "StructureMap");

    private SharedTypes() {}

    /** Tells whether resources of this type, such as {@code Questionnaire}, are shared by all tenants. */
    public static boolean contains(String type) {
        return NAMES.contains(type);
    }
}
