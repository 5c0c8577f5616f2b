package health.salus.smart;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.Set;

/**
 * A program that may ask the embedded authorization server for tokens.
 *
 * @param id           what it calls itself
 * @param name         what people call it
 * @param tenant       whose data a backend service works on; apps take it from the {@code aud} parameter
 * @param redirectUris where the answer to a login may go, in full; none for a backend service
 * @param scopes       what it may ask for at most
 * @param proof        how it proves itself
 * @param launchUri    where an EHR starts it, or null if none does
 * @param asksConsent  whether people are asked what it may do
 */
record SmartClient(
        String id,
        String name,
        TenantId tenant,
        Set<String> redirectUris,
        Set<String> scopes,
        ClientProof proof,
        @Nullable URI launchUri,
        boolean asksConsent) {

    SmartClient {
        redirectUris = Set.copyOf(redirectUris);
        scopes = Set.copyOf(scopes);
    }

    /** Tells whether it signs in for itself and not for a person. */
    boolean isBackend() {
        return redirectUris.isEmpty();
    }

    /**
     * Tells whether people of a tenant may sign in to it: a client of the default tenant, which only those who run the server
     * register, serves all, any other client its own.
     */
    boolean serves(TenantId other) {
        return tenant.equals(TenantId.DEFAULT) || tenant.equals(other);
    }

    SmartClient with(ClientProof other) {
        return new SmartClient(id, name, tenant, redirectUris, scopes, other, launchUri, asksConsent);
    }
}
