package health.salus.fhir;

import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the store has, for those who have to look before they write through {@link ResourceWriter}. Inside a database
 * transaction it reads in that transaction. Every method throws Spring's {@code DataAccessException} if the database cannot be
 * reached.
 */
public interface StoredResources {

    /** Reads the tables of this database, with or without a server on it. */
    static StoredResources in(JdbcClient database) {
        return new ResourceTables(database);
    }

    /**
     * Finds the resources that have one of these identifiers.
     *
     * @param tenant      whose resources are looked at
     * @param identifiers each with system and value, by FHIR R4 resource types with a search parameter {@code identifier}
     * @return the present versions, in no particular order, each with its id and version
     */
    List<Resource> find(TenantId tenant, Map<String, ? extends Collection<Identifier>> identifiers);

    /** Finds the resources of one type that have one of these identifiers. */
    default List<Resource> find(TenantId tenant, String type, Collection<Identifier> identifiers) {
        return find(tenant, Map.of(type, identifiers));
    }

    /** Reads the present version of a resource, or nothing if there is none or it was deleted. */
    Optional<Resource> read(TenantId tenant, String type, String id);

    /**
     * Finds the resources that name a resource in a reference without version.
     *
     * @param named  a resource as the store has it
     * @param except FHIR resource types that are left out
     * @param most   how many are found at most
     * @return the present versions, in the order in which they came into the store
     */
    List<Resource> naming(TenantId tenant, Resource named, Set<String> except, int most);
}
