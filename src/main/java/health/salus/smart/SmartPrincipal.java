package health.salus.smart;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.Set;

/**
 * Who makes a request, as a verified access token says.
 *
 * @param tenant   whose data the token is for
 * @param role     what the caller is, or null if the issuer says nothing that this server knows
 * @param fhirUser the resource that represents the person, such as {@code Practitioner/17}, or null for a program
 * @param patient  id of the patient in context, without the type, or null if there is none
 * @param scopes   the granted scopes, each as the token writes it
 * @param clientId the app
 * @param subject  the issuer's name for the person, or for the program itself
 * @param clearance the restricted labels that the caller may see, each as R, V or {@code system|code}
 * @param purposes codes of what the caller looks for, such as TREAT; none if the issuer says nothing
 */
public record SmartPrincipal(
        TenantId tenant,
        @Nullable Role role,
        @Nullable String fhirUser,
        @Nullable String patient,
        Set<String> scopes,
        String clientId,
        String subject,
        Set<String> clearance,
        Set<String> purposes) {

    private static final String USER_DATA = SmartPrincipal.class.getName();

    public SmartPrincipal {
        scopes = Set.copyOf(scopes);
        clearance = Set.copyOf(clearance);
        purposes = Set.copyOf(purposes);
    }

    /** Makes a caller without a clearance, whose purpose is not known. */
    public SmartPrincipal(
            TenantId tenant,
            @Nullable Role role,
            @Nullable String fhirUser,
            @Nullable String patient,
            Set<String> scopes,
            String clientId,
            String subject) {
        this(tenant, role, fhirUser, patient, scopes, clientId, subject, Set.of(), Set.of());
    }

    /** Returns who makes this FHIR request, or nothing if the server itself does. */
    public static Optional<SmartPrincipal> of(RequestDetails request) {
        return Optional.ofNullable((SmartPrincipal) request.getUserData().get(USER_DATA));
    }

    // Searches run in threads of their own, where Spring's security context is empty; the request goes along.
    void attachTo(RequestDetails request) {
        request.getUserData().put(USER_DATA, this);
    }
}
