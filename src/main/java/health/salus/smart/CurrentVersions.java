package health.salus.smart;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import java.util.Optional;

/**
 * Judges old versions by the newest.
 *
 * <p>An old version may show what was filed under the wrong patient. Whoever sees one record only, sees the past of what
 * is in that record today.
 */
@Component
class CurrentVersions {

    // Only there together with the FHIR API, and made after the interceptors.
    private final ObjectProvider<DaoRegistry> resources;
    private final Tenants tenants;
    private final Visibility visibility;

    CurrentVersions(ObjectProvider<DaoRegistry> resources, Tenants tenants, Visibility visibility) {
        this.visibility = visibility;
        this.resources = resources;
        this.tenants = tenants;
    }

    /** Tells whether the caller may see this resource as it is now; false if it is deleted or never was. */
    boolean isShown(RequestDetails request, AccessRights rights, String type, String id) {
        return find(request, type, id)
                .filter(it -> visibility.shows(rights, request, it))
                .isPresent();
    }

    /** Tells whether a condition holds of this resource as it is now; false if it is deleted or never was. */
    boolean holds(ResourceCondition condition, RequestDetails request, String type, String id) {
        return find(request, type, id)
                .filter(it -> visibility.holds(condition, request, it))
                .isPresent();
    }

    private Optional<IBaseResource> find(RequestDetails request, String type, String id) {
        SystemRequestDetails own = new SystemRequestDetails();
        TenantId tenant = SmartPrincipal.of(request).orElseThrow().tenant();
        own.setRequestPartitionId(
                RequestPartitionId.fromPartitionId(tenants.require(tenant).partition()));
        try {
            return Optional.of(resources.getObject().getResourceDao(type).read(new IdType(type, id), own));
        } catch (ResourceNotFoundException | ResourceGoneException e) {
            return Optional.empty();
        }
    }
}
