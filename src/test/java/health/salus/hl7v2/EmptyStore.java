package health.salus.hl7v2;

import health.salus.fhir.StoredResources;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Resource;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A FHIR store that has nothing. */
final class EmptyStore implements StoredResources {

    @Override
    public List<Resource> find(TenantId tenant, Map<String, ? extends Collection<Identifier>> identifiers) {
        return List.of();
    }

    @Override
    public Optional<Resource> read(TenantId tenant, String type, String id) {
        return Optional.empty();
    }

    @Override
    public List<Resource> naming(TenantId tenant, Resource named, Set<String> except, int most) {
        return List.of();
    }
}
