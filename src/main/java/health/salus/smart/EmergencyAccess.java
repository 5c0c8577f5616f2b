package health.salus.smart;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.UUID;

/**
 * A record that somebody opened in an emergency, past the rules.
 *
 * @param subject    the person, as the issuer of the token names them
 * @param fhirUser   the resource that stands for the person, or null
 * @param patient    id of the patient whose record it is
 * @param reason     what the person said why
 * @param reviewedAt when somebody looked at it, or null while nobody has
 */
record EmergencyAccess(
        UUID id,
        TenantId tenant,
        String subject,
        @Nullable String fhirUser,
        String clientId,
        String patient,
        String reason,
        Instant openedAt,
        Instant expiresAt,
        @Nullable Instant reviewedAt,
        @Nullable String reviewedBy,
        @Nullable String review) {}
