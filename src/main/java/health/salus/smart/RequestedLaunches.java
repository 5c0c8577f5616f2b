package health.salus.smart;

import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.stereotype.Component;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads out of an authorization request what it is about, and refuses what cannot be given to this person. */
@Component
@ConditionalOnEmbeddedIssuer
class RequestedLaunches {

    /** The parameter that names the FHIR server the token is meant for. */
    static final String AUDIENCE = "aud";

    private static final String RESOURCE = "resource";
    private static final String LAUNCH = "launch";

    private final FhirBases bases;
    private final Tenants tenants;
    private final Users users;
    private final Launches launches;
    private final Clients clients;

    RequestedLaunches(FhirBases bases, Tenants tenants, Users users, Launches launches, Clients clients) {
        this.bases = bases;
        this.tenants = tenants;
        this.users = users;
        this.launches = launches;
        this.clients = clients;
    }

    /** Returns the tenant whose FHIR base the request names, refusing it if there is none. */
    TenantId tenant(OAuth2AuthorizationCodeRequestAuthenticationToken request) {
        TenantId tenant = audience(request.getAdditionalParameters())
                .flatMap(bases::tenantOf)
                .filter(it -> tenants.find(it).isPresent())
                .orElseThrow(() -> AuthorizationRefusal.of(
                        OAuth2ErrorCodes.INVALID_REQUEST,
                        "aud must be the base address of a FHIR server here",
                        request));
        // An administrator of one tenant registers its apps, which must not be a way to the people of another.
        if (clients.find(request.getClientId()).filter(it -> it.serves(tenant)).isEmpty()) {
            throw AuthorizationRefusal.of(
                    OAuth2ErrorCodes.ACCESS_DENIED, "The app is not registered for this FHIR server", request);
        }
        return tenant;
    }

    /** Returns the FHIR base that an app names: in {@code aud}, as SMART has it, or in {@code resource} of RFC 8707. */
    static Optional<String> audience(Map<String, Object> parameters) {
        Object audience = parameters.getOrDefault(AUDIENCE, parameters.get(RESOURCE));
        return audience instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** Returns the handle that an EHR gave to the app, or nothing if the app does not ask for what it stands for. */
    static Optional<String> handle(OAuth2AuthorizationCodeRequestAuthenticationToken request) {
        @Nullable Object handle = request.getAdditionalParameters().get(LAUNCH);
        return request.getScopes().contains(SmartScopes.LAUNCH) && handle instanceof String text
                ? Optional.of(text)
                : Optional.empty();
    }

    /** Returns what the request is about, for somebody who has signed in. */
    RequestedLaunch of(OAuth2AuthorizationCodeRequestAuthenticationToken request) {
        TenantId tenant = tenant(request);
        // An access token must never be the way to a wider one, so only somebody who signed in here counts.
        SmartUser user = Optional.of((Authentication) request.getPrincipal())
                .filter(UsernamePasswordAuthenticationToken.class::isInstance)
                .flatMap(it -> users.find(it.getName()))
                .filter(it -> it.tenant().equals(tenant))
                .orElseThrow(() -> AuthorizationRefusal.of(
                        OAuth2ErrorCodes.ACCESS_DENIED, "Not a user of this FHIR server", request));
        return new RequestedLaunch(
                user, tenant, SmartScopes.of(request.getScopes()), context(request, tenant, user.username()));
    }

    /** Returns what a grant is about of which the person has still to decide. */
    RequestedLaunch of(OAuth2Authorization asked) {
        OAuth2AuthorizationRequest request = request(asked);
        SmartUser user = users.find(asked.getPrincipalName())
                .orElseThrow(() -> new OAuth2AuthenticationException(OAuth2ErrorCodes.ACCESS_DENIED));
        return new RequestedLaunch(user, user.tenant(), SmartScopes.of(request.getScopes()), LaunchContext.of(asked));
    }

    /** Returns the request that a grant answers. */
    static OAuth2AuthorizationRequest request(OAuth2Authorization grant) {
        return Objects.requireNonNull(grant.getAttribute(OAuth2AuthorizationRequest.class.getName()));
    }

    private LaunchContext context(
            OAuth2AuthorizationCodeRequestAuthenticationToken request, TenantId tenant, String username) {
        if (!request.getScopes().contains(SmartScopes.LAUNCH)) {
            return LaunchContext.NONE;
        }
        return handle(request)
                .flatMap(it -> launches.look(it, tenant, request.getClientId(), username))
                .orElseThrow(() -> AuthorizationRefusal.of(
                        OAuth2ErrorCodes.INVALID_REQUEST,
                        "launch must be a handle that this server gave to the EHR for this app and person",
                        request));
    }
}
