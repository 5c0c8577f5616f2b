package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import health.salus.tenant.Tenant;
import health.salus.tenant.Tenants;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Meta;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

@Component
class JpaResourceWriter implements ResourceWriter {

    private final IFhirSystemDao<Bundle, Meta> resources;
    private final Tenants tenants;
    private final AttachmentWalk walk;
    private final AttachmentOffload attachments;

    JpaResourceWriter(
            IFhirSystemDao<Bundle, Meta> resources,
            Tenants tenants,
            AttachmentWalk walk,
            AttachmentOffload attachments) {
        this.resources = resources;
        this.tenants = tenants;
        this.walk = walk;
        this.attachments = attachments;
    }

    @Override
    public Bundle transaction(WriteOrigin origin, Bundle transaction) {
        Tenant tenant = tenants.require(origin.tenant());
        transaction.getEntry().stream()
                .map(Bundle.BundleEntryComponent::getResource)
                .filter(it -> it != null && !it.getMeta().hasSource())
                .forEach(it -> it.getMeta().setSource("urn:salus:" + origin.actor()));
        attachments.offload(tenant.id(), walk.carriers(transaction));
        SystemRequestDetails request = new SystemRequestDetails();
        request.setTenantId(tenant.id().value());
        request.setRequestPartitionId(RequestPartitionId.fromPartitionId(tenant.partition()));
        request.getUserData().put(SubjectGuard.MOVES, origin.moves());
        return TransactionSynchronizationManager.isActualTransactionActive()
                ? resources.transactionNested(request, transaction)
                : resources.transaction(request, transaction);
    }
}
