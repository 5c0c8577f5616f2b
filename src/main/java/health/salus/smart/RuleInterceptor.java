package health.salus.smart;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Notices when something is written that says who may see what: who cares for whom, a consent, a restricted label. Whoever
 * writes it, it counts for the next request on this server, and within a second on the others.
 */
@Interceptor
@Component
class RuleInterceptor {

    private static final String CONSENT = "Consent";

    private final CarePatients patients;
    private final Tenants tenants;

    RuleInterceptor(CarePatients patients, Tenants tenants) {
        this.patients = patients;
        this.tenants = tenants;
    }

    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
    public void onCreated(IBaseResource resource, @Nullable RequestDetails request) {
        note(resource, request);
    }

    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
    public void onUpdated(IBaseResource before, IBaseResource after, @Nullable RequestDetails request) {
        note(after, request);
    }

    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
    public void onDeleted(IBaseResource resource, @Nullable RequestDetails request) {
        note(resource, request);
    }

    private void note(IBaseResource resource, @Nullable RequestDetails request) {
        String type = resource.fhirType();
        if (CarePatients.isSaidBy(type)) {
            afterCommit(patients::changed);
        }
        TenantId tenant = TenantId.orDefault(request == null ? null : request.getTenantId());
        if (type.equals(CONSENT)) {
            tenants.countConsent(tenant);
            afterCommit(() -> tenants.forget(tenant));
        }
        if (isRestricted(resource, tenant)) {
            tenants.noteLabel(tenant, type);
            afterCommit(() -> tenants.forget(tenant));
        }
    }

    private boolean isRestricted(IBaseResource resource, TenantId tenant) {
        return !resource.getMeta().getSecurity().isEmpty()
                && Labels.restricted(tenants.access(tenant)).stream()
                        .anyMatch(label -> ResourceFacts.hasLabel(resource, label));
    }

    // Before the commit others would read what was, and keep it.
    private static void afterCommit(Runnable step) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            step.run();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                step.run();
            }
        });
    }
}
