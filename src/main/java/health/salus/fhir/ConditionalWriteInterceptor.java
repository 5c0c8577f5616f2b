package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.model.ResourceVersionConflictResolutionStrategy;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.hl7.fhir.r4.model.Bundle;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import java.util.Optional;

/**
 * Of several conditional writes at once one makes the resource; the others find it, as if they had come later.
 *
 * <p>HAPI remembers the condition of a create in a row that is unique, and removes it with the first update. A write that
 * searched before the create and writes after the update would make a second resource, so each waits for the one before.
 */
@Interceptor
@Component
class ConditionalWriteInterceptor {

    private static final int RETRIES = 5;

    private final JdbcClient database;

    ConditionalWriteInterceptor(JdbcClient database) {
        this.database = database;
    }

    /**
     * Locks a condition until the transaction ends, before it is searched for. A batch or transaction locks none: it has
     * several, and two of them could wait for each other.
     */
    @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
    public void onSearch(@Nullable RequestDetails request) {
        if (request instanceof ServletRequestDetails
                && !(request.getResource() instanceof Bundle)
                && !request.isSubRequest()
                && TransactionSynchronizationManager.isActualTransactionActive()) {
            condition(request)
                    .map(it -> request.getTenantId() + "/" + request.getResourceName() + "?" + it)
                    .ifPresent(this::lock);
        }
    }

    /**
     * Lets a conditional create look again that another one overtook; the database let only one of them through. Returns
     * null for any other conflict, which others may know how to resolve.
     */
    @Hook(Pointcut.STORAGE_VERSION_CONFLICT)
    public @Nullable ResourceVersionConflictResolutionStrategy onConflict(@Nullable RequestDetails request) {
        if (!(request instanceof ServletRequestDetails)
                || request.getRestOperationType() != RestOperationTypeEnum.CREATE
                || request.getHeader(Constants.HEADER_IF_NONE_EXIST) == null) {
            return null;
        }
        ResourceVersionConflictResolutionStrategy again = new ResourceVersionConflictResolutionStrategy();
        again.setRetry(true);
        again.setMaxRetries(RETRIES);
        return again;
    }

    private static Optional<String> condition(RequestDetails request) {
        String address = request.getCompleteUrl();
        return switch (request.getRestOperationType()) {
            case CREATE -> Optional.ofNullable(request.getHeader(Constants.HEADER_IF_NONE_EXIST));
            case UPDATE -> Optional.of(address.substring(address.indexOf('?') + 1));
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
