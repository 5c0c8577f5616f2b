package health.salus.audit;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.fhir.SplicedResource;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Learns from HAPI what a FHIR request asks for, what is shown to it and what it changes. */
@Interceptor(order = AuditInterceptor.FIRST)
class AuditInterceptor {

    /** Before everything that may refuse the request. */
    static final int FIRST = -2000;

    /** After everything that may still take something out of the answer. */
    private static final int LAST = 10_000;

    private static final String BINARY = "Binary";
    private static final String BYTES = "$binary-access-read";
    // What they show leaves in numbers or in pieces, not as resources.
    private static final Set<String> WORKED_OUT = Set.of("$stats", "$graphql");
    private static final Set<String> ANSWERS = Set.of("OperationOutcome", "CapabilityStatement", "Parameters");
    private static final Set<BundleType> LISTS =
            Set.of(BundleType.SEARCHSET, BundleType.HISTORY, BundleType.TRANSACTIONRESPONSE, BundleType.BATCHRESPONSE);

    private final PatientsOf patientsOf;
    private final PatientsInJson patientsInJson;
    private final QueryWords words;

    AuditInterceptor(PatientsOf patientsOf, QueryWords words) {
        this.patientsOf = patientsOf;
        this.patientsInJson = new PatientsInJson(patientsOf);
        this.words = words;
    }

    /** Notes which interaction it is, and the names of what it asks. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void onRequest(ServletRequestDetails request) {
        audit(request).ifPresent(audit -> {
            RestOperationTypeEnum kind = request.getRestOperationType();
            String operation = request.getOperation();
            if (operation != null && operation.startsWith("$")) {
                audit.interaction(AuditAction.EXECUTE, operation);
            } else if (kind != null) {
                audit.interaction(action(kind), kind.getCode());
            }
            request.getParameters()
                    .forEach((name, values) ->
                            Arrays.stream(values).forEach(value -> audit.asks(words.term(name, value))));
        });
    }

    /** Notes what the entries of a batch or transaction ask; what comes of them is seen in the answer. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
    public void onBundle(RequestDetails request, RestOperationTypeEnum kind) {
        if (kind == RestOperationTypeEnum.TRANSACTION && request.getResource() instanceof Bundle bundle) {
            audit(request)
                    .ifPresent(audit -> bundle.getEntry().stream()
                            .filter(entry -> entry.getRequest().hasUrl())
                            .map(entry -> entry.getRequest().getUrl())
                            .filter(url -> url.indexOf('?') > 0)
                            .forEach(url -> audit.asks(words.term(
                                    url.substring(0, url.indexOf('?')).replace('/', '.'),
                                    url.substring(url.indexOf('?'))))));
        }
    }

    /** Notes what is about to be shown. */
    @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = LAST)
    public void onAnswer(RequestDetails request, IBaseResource answer) {
        if (answer instanceof Resource resource) {
            audit(request).ifPresent(audit -> show(audit, resource));
        }
    }

    /** Notes what leaves past HAPI, or in another form: the resource whose attachment is read, what a number was made of. */
    @Hook(Pointcut.STORAGE_PRESHOW_RESOURCES)
    public void onShow(IPreResourceShowDetails shown, RequestDetails request) {
        if (request == null) {
            return;
        }
        if (request.getOperation() != null && WORKED_OUT.contains(request.getOperation())) {
            audit(request)
                    .ifPresent(audit -> shown.getAllResources()
                            .forEach(it -> target(it, AuditUse.DISCLOSED).ifPresent(audit::target)));
        }
        if (request.getId() == null) {
            return;
        }
        boolean namesBinary = BINARY.equals(request.getResourceName());
        if (!namesBinary && !BYTES.equals(request.getOperation())) {
            return;
        }
        audit(request).ifPresent(audit -> {
            for (IBaseResource owner : shown.getAllResources()) {
                target(owner, AuditUse.DISCLOSED).ifPresent(audit::target);
                if (namesBinary) {
                    audit.target(new AuditTarget(
                            BINARY,
                            request.getId().getIdPart(),
                            request.getId().getVersionIdPart(),
                            AuditUse.DISCLOSED,
                            patientsOf.patients(owner)));
                }
            }
        });
    }

    /** Notes what was made. */
    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
    public void onCreated(IBaseResource resource, RequestDetails request) {
        change(request, resource, AuditUse.CREATED);
    }

    /** Notes what was changed. */
    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
    public void onUpdated(IBaseResource before, IBaseResource after, RequestDetails request) {
        change(request, after, AuditUse.UPDATED);
    }

    /** Notes what was deleted. */
    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
    public void onDeleted(IBaseResource resource, RequestDetails request) {
        change(request, resource, AuditUse.DELETED);
    }

    // Not before the commit: what is rolled back is tried again under another id, or not at all.
    private void change(RequestDetails request, IBaseResource resource, AuditUse use) {
        audit(request)
                .ifPresent(audit -> target(resource, use).ifPresent(target -> {
                    if (TransactionSynchronizationManager.isSynchronizationActive()) {
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void afterCommit() {
                                audit.target(target);
                            }
                        });
                    } else {
                        audit.target(target);
                    }
                }));
    }

    private void show(RequestAudit audit, Resource resource) {
        if (resource instanceof Bundle bundle) {
            bundle.getEntry().stream()
                    .map(Bundle.BundleEntryComponent::getResource)
                    .filter(Resource.class::isInstance)
                    .forEach(entry -> show(audit, entry));
            if (LISTS.contains(bundle.getType())) {
                return;
            }
        }
        if (!ANSWERS.contains(resource.fhirType())) {
            target(resource, AuditUse.DISCLOSED).ifPresent(audit::target);
        }
    }

    private Optional<AuditTarget> target(IBaseResource resource, AuditUse use) {
        IIdType id = resource.getIdElement();
        return id.hasIdPart()
                ? Optional.of(new AuditTarget(
                        resource.fhirType(), id.getIdPart(), version(resource), use, patients(resource)))
                : Optional.empty();
    }

    private Set<String> patients(IBaseResource resource) {
        return SplicedResource.json(resource)
                .map(json -> patientsInJson.of(
                        resource.fhirType(), resource.getIdElement().getIdPart(), json))
                .orElseGet(() -> patientsOf.patients(resource));
    }

    private static String version(IBaseResource resource) {
        String ofId = resource.getIdElement().getVersionIdPart();
        return ofId != null ? ofId : resource.getMeta().getVersionId();
    }

    private static AuditAction action(RestOperationTypeEnum kind) {
        return switch (kind) {
            case CREATE -> AuditAction.CREATE;
            case UPDATE, PATCH -> AuditAction.UPDATE;
            case DELETE -> AuditAction.DELETE;
            case READ, VREAD, HISTORY_INSTANCE, HISTORY_TYPE, HISTORY_SYSTEM, METADATA -> AuditAction.READ;
            default -> AuditAction.EXECUTE;
        };
    }

    // What the server does on its own behalf has no request; whoever makes it do so writes it down.
    private static Optional<RequestAudit> audit(RequestDetails request) {
        return request instanceof ServletRequestDetails details && details.getServletRequest() != null
                ? RequestAudit.of(details.getServletRequest())
                : Optional.empty();
    }
}
