package health.salus.smart;

import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.hl7.fhir.r4.model.Bundle;
import org.springframework.stereotype.Component;

import java.util.Arrays;
import java.util.Optional;

/** Decides about a request before anything is read or written for it. */
@Component
class RequestRules {

    /** What becomes of a request. */
    enum Decision {
        ALLOW,
        /** The caller may not do this, and may know it. */
        FORBID,
        /** The caller may not even know whether there is something to do it with. */
        HIDE
    }

    private final InteractionRules interactions;

    RequestRules(InteractionRules interactions) {
        this.interactions = interactions;
    }

    /** Decides about a request by what it asks for; what it would show is judged later, piece by piece. */
    Decision decide(AccessRights rights, RequestDetails request) {
        String operation = Optional.ofNullable(request.getOperation()).orElse("");
        if (operation.startsWith("$")) {
            return operation(rights, request, operation);
        }
        return switch (request.getRestOperationType()) {
            case METADATA -> Decision.ALLOW;
            case TRANSACTION -> decision(transaction(rights, request));
            case GET_PAGE -> decision(page(rights, request));
            default -> decision(interactions.allow(rights, interaction(request)));
        };
    }

    private static Decision operation(AccessRights rights, RequestDetails request, String operation) {
        String type = Optional.ofNullable(request.getResourceName()).orElse("");
        Optional<OperationAccess> entry = OperationAccess.find(operation, level(request), type);
        if (entry.isEmpty()) {
            return Decision.FORBID;
        }
        OperationAccess access = entry.get();
        if (access.ofOneRecord() == OperationAccess.OfOneRecord.REFUSED_BUT_IN_BULK) {
            return decision(BulkRights.mayWork(request));
        }
        ResourceCondition granted = rights.granted(type, access.permission());
        if (granted.isEverything()) {
            return Decision.ALLOW;
        }
        // On one resource of those that are granted it is a read or a change of that one, and judged as such.
        if (access.level() == OperationAccess.Level.INSTANCE && !granted.isNothing() && !rights.isLimitedToPatient()) {
            return Decision.ALLOW;
        }
        return switch (access.ofOneRecord()) {
            case REFUSED, REFUSED_BUT_IN_BULK -> Decision.FORBID;
            case READS_AS_CALLER -> Decision.ALLOW;
            case ON_THE_PATIENT -> onThePatient(rights, request, type, access.permission());
        };
    }

    private static Decision onThePatient(
            AccessRights rights, RequestDetails request, String type, Permission permission) {
        if (!rights.inOwnRecord(type, permission)) {
            return Decision.FORBID;
        }
        boolean own = rights.patient().equals(Optional.of(request.getId().getIdPart()));
        return own ? Decision.ALLOW : Decision.HIDE;
    }

    private static OperationAccess.Level level(RequestDetails request) {
        if (request.getId() != null && request.getId().hasIdPart()) {
            return OperationAccess.Level.INSTANCE;
        }
        return request.getResourceName() == null ? OperationAccess.Level.SERVER : OperationAccess.Level.TYPE;
    }

    private boolean transaction(AccessRights rights, RequestDetails request) {
        // What an entry of a batch is answered cannot be made uniform, so it could tell a patient of other records.
        return !rights.isLimitedToPatient()
                && request.getResource() instanceof Bundle bundle
                && bundle.getEntry().stream()
                        .filter(entry ->
                                entry.hasRequest() && entry.getRequest().hasMethod())
                        .allMatch(entry -> BundleEntries.interaction(entry.getRequest())
                                .filter(interaction -> interactions.allow(rights, interaction))
                                .filter(interaction -> !looksBack(rights, interaction))
                                .isPresent());
    }

    // Old versions are judged by the newest, which is done for a request and not for an entry.
    private static boolean looksBack(AccessRights rights, Interaction interaction) {
        return (interaction.kind() == RestOperationTypeEnum.VREAD
                        || interaction.kind() == RestOperationTypeEnum.HISTORY_INSTANCE)
                && !rights.inTenant(interaction.type(), Permission.READ);
    }

    private static boolean page(AccessRights rights, RequestDetails request) {
        String[] searches = request.getParameters().get(Constants.PARAM_PAGINGACTION);
        return searches != null
                && SmartPrincipal.of(request)
                        .filter(caller -> Arrays.stream(searches)
                                .allMatch(
                                        search -> SearchOwner.of(caller, rights).mayPageThrough(search)))
                        .isPresent();
    }

    private static Interaction interaction(RequestDetails request) {
        RestOperationTypeEnum kind = request.getRestOperationType();
        boolean conditional = kind == RestOperationTypeEnum.CREATE
                ? request.getHeader(Constants.HEADER_IF_NONE_EXIST) != null
                : request.getId() == null;
        return new Interaction(
                kind, Optional.ofNullable(request.getResourceName()).orElse(""), conditional);
    }

    private static Decision decision(boolean allowed) {
        return allowed ? Decision.ALLOW : Decision.FORBID;
    }
}
