package health.salus.audit;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds out whom a resource is about: the patients that its search parameter {@code patient} or {@code subject} names. */
final class PatientsOf {

    static final PatientsOf R4 = new PatientsOf(FhirContext.forR4Cached());

    private static final String PATIENT = "Patient";
    private static final Pattern WHERE = Pattern.compile("\\.where\\(resolve\\(\\) is [A-Za-z]+\\)");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z.]+");

    private final FhirContext context;
    private final Map<String, Set<String>> paths = new ConcurrentHashMap<>();

    PatientsOf(FhirContext context) {
        this.context = context;
    }

    /** Returns ids without the type; none for what is about nobody. */
    Set<String> patients(IBaseResource resource) {
        String type = context.getResourceType(resource);
        if (type.equals(PATIENT)) {
            String id = resource.getIdElement().getIdPart();
            return id == null ? Set.of() : Set.of(id);
        }
        return paths(type).stream()
                .flatMap(path -> context.newTerser().getValues(resource, path, IBaseReference.class).stream())
                .map(IBaseReference::getReferenceElement)
                .filter(reference -> PATIENT.equals(reference.getResourceType()) && reference.hasIdPart())
                .map(IIdType::getIdPart)
                .collect(Collectors.toSet());
    }

    /** Returns where a resource of this type names patients, each as {@code Observation.subject}. */
    Set<String> paths(String type) {
        return paths.computeIfAbsent(type, this::findPaths);
    }

    private Set<String> findPaths(String type) {
        if (type.equals("Binary")) {
            return Set.of("Binary.securityContext");
        }
        return List.of("patient", "subject").stream()
                .flatMap(name ->
                        Optional.ofNullable(context.getResourceDefinition(type).getSearchParam(name))
                                .map(RuntimeSearchParam::getPath)
                                .stream())
                .flatMap(path -> Arrays.stream(path.split("\\|")))
                .map(path -> WHERE.matcher(path.strip()).replaceAll(""))
                .filter(path ->
                        path.startsWith(type + ".") && PLAIN.matcher(path).matches())
                .collect(Collectors.toUnmodifiableSet());
    }
}
