package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import health.salus.tenant.SharedTypes;
import health.salus.tenant.Tenant;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.springframework.stereotype.Component;

/**
 * Sends every request to the partition of its tenant and to no other, but for the shared types. What HAPI does on its own behalf has no tenant and
 * sees the shared partition only.
 */
@Interceptor
@Component
class TenantPartitionInterceptor {

    private final Tenants tenants;

    TenantPartitionInterceptor(Tenants tenants) {
        this.tenants = tenants;
    }

    /** Names the partition to read from. HAPI itself reads the shared types from the shared partition. */
    @Hook(Pointcut.STORAGE_PARTITION_IDENTIFY_READ)
    public RequestPartitionId toRead(RequestDetails request) {
        return RequestPartitionId.fromPartitionId(partitionOf(request));
    }

    /** Names the partition to write to. Who may write to the shared one is a matter of authorization. */
    @Hook(Pointcut.STORAGE_PARTITION_IDENTIFY_CREATE)
    public RequestPartitionId toWrite(RequestDetails request, IBaseResource resource) {
        return RequestPartitionId.fromPartitionId(
                SharedTypes.contains(resource.fhirType()) ? Tenant.SHARED_PARTITION : partitionOf(request));
    }

    private int partitionOf(RequestDetails request) {
        if (request instanceof SystemRequestDetails && request.getTenantId() == null) {
            return Tenant.SHARED_PARTITION;
        }
        return tenants.require(TenantId.orDefault(request.getTenantId())).partition();
    }
}
