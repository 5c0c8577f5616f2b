package health.salus.smart;

import health.salus.tenant.TenantId;

import java.util.UUID;

/**
 * Somebody has opened a record in an emergency; published before the answer, for those who keep watch.
 *
 * @param id      the row that has to be reviewed
 * @param patient id of the patient whose record it is
 */
public record EmergencyOpened(UUID id, TenantId tenant, String patient) {}
