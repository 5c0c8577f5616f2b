package health.salus.fhir;

import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Resource;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the store has, for those who have to look before they write through {@link ResourceWriter}. Inside a database
 * transaction it reads in that transaction.
 */
public interface StoredResources {

    /**
     * Finds the resources of a type that have one of these identifiers.
     *
     * @param tenant      whose resources are looked at
     * @param type        a FHIR R4 resource type with a search parameter {@code identifier}
     * @param identifiers each with system and value; none finds nothing
     * @return the present versions, in no particular order, each with its id and version
     */
    List<Resource> find(TenantId tenant, String type, Collection<Identifier> identifiers);

    /** Reads the present version of a resource, or nothing if there is none or it was deleted. */
    Optional<Resource> read(TenantId tenant, String type, String id);

    /**
     * Finds the resources that name a resource in a reference without version. It has to run in a database transaction.
     *
     * @param named  a resource as the store has it
     * @param except FHIR resource types that are left out
     * @param most   how many are found at most
     * @return the present versions, in no particular order
     */
    List<Resource> naming(TenantId tenant, Resource named, Set<String> except, int most);
}
