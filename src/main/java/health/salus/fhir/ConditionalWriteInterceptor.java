package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.model.ResourceVersionConflictResolutionStrategy;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.util.UrlUtil;
import health.salus.tenant.TenantId;
import org.apache.commons.lang3.StringUtils;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Of several conditional writes at once one makes the resource; the others find it, as if they had come later.
 *
 * <p>HAPI remembers the condition of a create in a row that is unique, and removes it with the first update. A write that
 * searched before the create and writes after the update would make a second resource, so each waits for the one before.
 */
@Interceptor
@Component
class ConditionalWriteInterceptor {

    private static final int RETRIES = 20;
    private static final Set<RestOperationTypeEnum> WRITES = EnumSet.of(
            RestOperationTypeEnum.CREATE,
            RestOperationTypeEnum.UPDATE,
            RestOperationTypeEnum.PATCH,
            RestOperationTypeEnum.DELETE);
    private static final String CONDITIONS = ConditionalWriteInterceptor.class.getName();

    /** Marks a database transaction that has locked its conditions; one that is tried again begins without. */
    private static final TransactionSynchronization LOCKED = new TransactionSynchronization() {};

    private final JdbcClient database;

    ConditionalWriteInterceptor(JdbcClient database) {
        this.database = database;
    }

    /**
     * Takes note of the conditions of a transaction, or of one entry of a batch. Those that are written with their type HAPI
     * looks for all at once, the others one by one.
     */
    @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
    public void onTransaction(RequestDetails request, IBaseBundle transaction) {
        if (transaction instanceof Bundle bundle) {
            bundle.getEntry().forEach(ConditionalWriteInterceptor::nameType);
        }
        if (request instanceof ServletRequestDetails
                && transaction instanceof Bundle bundle
                && bundle.getEntry().stream()
                        .anyMatch(entry -> entry.getRequest().getMethod() != Bundle.HTTPVerb.GET)) {
            request.getUserData().put(CONDITIONS, keys(request, bundle));
        }
    }

    /**
     * Locks the conditions of a request until its database transaction ends, before the first is searched for. They are
     * locked in one order, so that two transactions never wait for each other.
     */
    @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
    public void onSearch(@Nullable RequestDetails request) {
        if (request instanceof ServletRequestDetails
                && TransactionSynchronizationManager.isActualTransactionActive()
                && !TransactionSynchronizationManager.getSynchronizations().contains(LOCKED)) {
            Set<String> keys = keys(request);
            if (!keys.isEmpty()) {
                TransactionSynchronizationManager.registerSynchronization(LOCKED);
                keys.forEach(this::lock);
            }
        }
    }

    /**
     * Lets a write look again that another one overtook; the database let only one of them through, and kept nothing of the
     * other. Writes at the same time are thus one after the other. Returns null for any other conflict, which others may
     * know how to resolve, and where the client named a version: it shall read again.
     */
    @Hook(Pointcut.STORAGE_VERSION_CONFLICT)
    public @Nullable ResourceVersionConflictResolutionStrategy onConflict(@Nullable RequestDetails request) {
        if (!(request instanceof ServletRequestDetails) || !mayTryAgain(request)) {
            return null;
        }
        ResourceVersionConflictResolutionStrategy again = new ResourceVersionConflictResolutionStrategy();
        again.setRetry(true);
        again.setMaxRetries(RETRIES);
        return again;
    }

    private static boolean mayTryAgain(RequestDetails request) {
        if (request.getResource() instanceof Bundle bundle) {
            return bundle.getEntry().stream()
                    .noneMatch(entry -> entry.getRequest().hasIfMatch());
        }
        return WRITES.contains(request.getRestOperationType()) && request.getHeader(Constants.HEADER_IF_MATCH) == null;
    }

    @SuppressWarnings("unchecked")
    private static Set<String> keys(RequestDetails request) {
        if (request.getUserData().get(CONDITIONS) instanceof Set<?> ofBundle) {
            return (Set<String>) ofBundle;
        }
        return request.isSubRequest()
                ? Set.of()
                : condition(request)
                        .map(it -> Set.of(key(request, request.getResourceName(), it)))
                        .orElse(Set.of());
    }

    private static void nameType(BundleEntryComponent entry) {
        String condition = entry.getRequest().getIfNoneExist();
        if (condition != null && !condition.contains("?") && entry.getResource() != null) {
            entry.getRequest().setIfNoneExist(entry.getResource().fhirType() + "?" + condition);
        }
    }

    private static Set<String> keys(RequestDetails request, Bundle bundle) {
        Set<String> keys = new TreeSet<>();
        for (BundleEntryComponent entry : bundle.getEntry()) {
            BundleEntryRequestComponent what = entry.getRequest();
            String type = StringUtils.substringBefore(what.getUrl(), "?");
            if (what.getMethod() == Bundle.HTTPVerb.POST && what.hasIfNoneExist()) {
                keys.add(key(request, type, what.getIfNoneExist()));
            } else if (what.getMethod() == Bundle.HTTPVerb.PUT && what.getUrl().contains("?")) {
                keys.add(key(request, type, what.getUrl()));
            }
        }
        return keys;
    }

    // A client may write one condition with or without its type, and encoded or not.
    private static String key(RequestDetails request, String type, String condition) {
        String query = condition.substring(condition.indexOf('?') + 1);
        return TenantId.orDefault(request.getTenantId()) + "/" + type + "?" + UrlUtil.unescape(query);
    }

    private static Optional<String> condition(RequestDetails request) {
        String address = request.getCompleteUrl();
        return switch (request.getRestOperationType()) {
            case CREATE -> Optional.ofNullable(request.getHeader(Constants.HEADER_IF_NONE_EXIST));
            case UPDATE -> address.contains("?") ? Optional.of(address) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private void lock(String condition) {
        database.sql("SELECT pg_advisory_xact_lock(hashtextextended(:condition, 0)) IS NULL")
                .param("condition", condition)
                .query(Boolean.class)
                .single();
    }
}
