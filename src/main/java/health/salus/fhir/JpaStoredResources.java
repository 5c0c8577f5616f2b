package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.dao.data.IResourceLinkDao;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.primitive.IdDt;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import health.salus.tenant.Tenant;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

@Component
class JpaStoredResources implements StoredResources {

    private final DaoRegistry daos;
    private final IResourceLinkDao links;
    private final Tenants tenants;

    JpaStoredResources(DaoRegistry daos, IResourceLinkDao links, Tenants tenants) {
        this.daos = daos;
        this.links = links;
        this.tenants = tenants;
    }

    @Override
    public List<Resource> find(TenantId tenant, String type, Collection<Identifier> identifiers) {
        if (identifiers.isEmpty()) {
            return List.of();
        }
        TokenOrListParam wanted = new TokenOrListParam();
        identifiers.forEach(it -> wanted.add(it.getSystem(), it.getValue()));
        SearchParameterMap search = SearchParameterMap.newSynchronous();
        search.add("identifier", wanted);
        return dao(type).searchForResources(search, request(tenant)).stream()
                .map(Resource.class::cast)
                .toList();
    }

    @Override
    public Optional<Resource> read(TenantId tenant, String type, String id) {
        try {
            return Optional.of((Resource) dao(type).read(new IdType(type, id), request(tenant)));
        } catch (ResourceNotFoundException | ResourceGoneException absent) {
            return Optional.empty();
        }
    }

    @Override
    public List<Resource> naming(TenantId tenant, Resource named, Set<String> except, int most) {
        String reference = named.fhirType() + "/" + named.getIdElement().getIdPart();
        try (Stream<IdDt> ids = links.streamSourceIdsForTargetFhirId(
                named.fhirType(), named.getIdElement().getIdPart())) {
            // HAPI looks at all tenants, where another one may have a resource of the same id.
            return ids.filter(it -> !except.contains(it.getResourceType())).toList().stream()
                    .flatMap(it -> read(tenant, it.getResourceType(), it.getIdPart()).stream())
                    .filter(it -> names(it, reference))
                    .limit(most)
                    .toList();
        }
    }

    private boolean names(Resource resource, String reference) {
        return daos
                .getFhirContext()
                .newTerser()
                .getAllPopulatedChildElementsOfType(resource, IBaseReference.class)
                .stream()
                .anyMatch(it -> reference.equals(it.getReferenceElement().getValue()));
    }

    @SuppressWarnings("unchecked")
    private IFhirResourceDao<IBaseResource> dao(String type) {
        return daos.getResourceDao(type);
    }

    private SystemRequestDetails request(TenantId id) {
        Tenant tenant = tenants.require(id);
        SystemRequestDetails request = new SystemRequestDetails();
        request.setTenantId(tenant.id().value());
        request.setRequestPartitionId(RequestPartitionId.fromPartitionId(tenant.partition()));
        return request;
    }
}
