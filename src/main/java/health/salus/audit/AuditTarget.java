package health.salus.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.TreeSet;

/**
 * A resource that something was done with.
 *
 * @param type     FHIR resource type
 * @param id       logical id, 1 to 64 characters
 * @param version  the version that was shown or made, or null if that is not known
 * @param use      what became of it
 * @param patients ids of the patients whom it is about, without the type; its own id if it is a Patient
 */
public record AuditTarget(
        String type,
        String id,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String version,

        AuditUse use,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) Set<String> patients) {

    public AuditTarget {
        // In order, since what is written down is hashed and must come out the same every time.
        patients = patients == null ? Set.of() : java.util.Collections.unmodifiableSet(new TreeSet<>(patients));
    }

    /**
     * Describes what became of a FHIR R4 resource. Whom it is about is read from what its search parameters {@code patient}
     * and {@code subject} name.
     *
     * @param resource with its id, and its version in the id
     */
    public static AuditTarget of(Resource resource, AuditUse use) {
        IIdType id = resource.getIdElement();
        return new AuditTarget(
                resource.fhirType(), id.getIdPart(), id.getVersionIdPart(), use, PatientsOf.R4.patients(resource));
    }

    /** Returns the resource as a relative reference without version, {@code Observation/17}. */
    public String reference() {
        return type + "/" + id;
    }
}
