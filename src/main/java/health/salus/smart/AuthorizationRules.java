package health.salus.smart;

import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationValidator;
import org.springframework.stereotype.Component;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an app may ask for when it sends a person here to sign in.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#obtain-authorization-code">SMART App Launch
 *     2.2, obtain authorization code</a>
 */
@Component
@ConditionalOnEmbeddedIssuer
class AuthorizationRules implements Consumer<OAuth2AuthorizationCodeRequestAuthenticationContext> {

    /** The parameter that names the FHIR server the token is meant for. */
    static final String AUDIENCE = "aud";

    private final FhirBases bases;
    private final Tenants tenants;
    private final Users users;

    AuthorizationRules(FhirBases bases, Tenants tenants, Users users) {
        this.bases = bases;
        this.tenants = tenants;
        this.users = users;
    }

    @Override
    public void accept(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
        // First of all, since every refusal after this one is sent to that address.
        OAuth2AuthorizationCodeRequestAuthenticationValidator.DEFAULT_REDIRECT_URI_VALIDATOR.accept(context);
        OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
        SmartScopes scopes = requestedScopes(context);
        TenantId tenant = tenant(request)
                .orElseThrow(() -> refusal(
                        OAuth2ErrorCodes.INVALID_REQUEST,
                        "aud must be the base address of a FHIR server here",
                        request));
        Authentication person = (Authentication) request.getPrincipal();
        if (!(person instanceof AnonymousAuthenticationToken)) {
            checkPerson(person, tenant, scopes, request);
        }
    }

    private static SmartScopes requestedScopes(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
        OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
        try {
            SmartScopes requested = SmartScopes.of(request.getScopes());
            if (!request.getScopes().isEmpty()
                    && SmartScopes.of(context.getRegisteredClient().getScopes()).covers(requested)) {
                return requested;
            }
        } catch (InvalidScopeException e) {
            // Answered below, like a scope that the client may not have.
        }
        throw refusal(OAuth2ErrorCodes.INVALID_SCOPE, "The client may not ask for these scopes", request);
    }

    private Optional<TenantId> tenant(OAuth2AuthorizationCodeRequestAuthenticationToken request) {
        return request.getAdditionalParameters().get(AUDIENCE) instanceof String audience
                ? bases.tenantOf(audience).filter(tenant -> tenants.find(tenant).isPresent())
                : Optional.empty();
    }

    private void checkPerson(
            Authentication person,
            TenantId tenant,
            SmartScopes scopes,
            OAuth2AuthorizationCodeRequestAuthenticationToken request) {
        // An access token must never be the way to a wider one, so only somebody who typed a password counts.
        SmartUser user = Optional.of(person)
                .filter(UsernamePasswordAuthenticationToken.class::isInstance)
                .flatMap(it -> users.find(it.getName()))
                .filter(it -> it.tenant().equals(tenant))
                .orElseThrow(() -> refusal(OAuth2ErrorCodes.ACCESS_DENIED, "Not a user of this FHIR server", request));
        if (scopes.needsPatient() && user.patient() == null) {
            throw refusal(OAuth2ErrorCodes.ACCESS_DENIED, "There is no patient in context for this user", request);
        }
    }

    private static OAuth2AuthorizationCodeRequestAuthenticationException refusal(
            String code, String reason, OAuth2AuthorizationCodeRequestAuthenticationToken request) {
        OAuth2AuthorizationCodeRequestAuthenticationToken answered =
                new OAuth2AuthorizationCodeRequestAuthenticationToken(
                        request.getAuthorizationUri(),
                        request.getClientId(),
                        (Authentication) request.getPrincipal(),
                        request.getRedirectUri(),
                        request.getState(),
                        request.getScopes(),
                        request.getAdditionalParameters());
        return new OAuth2AuthorizationCodeRequestAuthenticationException(new OAuth2Error(code, reason, null), answered);
    }
}
