package health.salus.smart;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * A person who can sign in at the embedded authorization server.
 *
 * @param username what the person types
 * @param role     what the person is to the institution
 * @param tenant   whose data the person may see
 * @param fhirUser the resource that represents the person, such as {@code Practitioner/17}, or null if there is none
 * @param patient  id of the Patient resource that is the person's own record, without the type, or null
 */
record SmartUser(
        String username,
        Role role,
        TenantId tenant,
        @Nullable String fhirUser,
        @Nullable String patient) {}
