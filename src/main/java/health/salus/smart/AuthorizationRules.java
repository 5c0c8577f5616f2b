package health.salus.smart;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationValidator;
import org.springframework.stereotype.Component;

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

    private final RequestedLaunches launches;

    AuthorizationRules(RequestedLaunches launches) {
        this.launches = launches;
    }

    @Override
    public void accept(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
        // First of all, since every refusal after this one is sent to that address.
        OAuth2AuthorizationCodeRequestAuthenticationValidator.DEFAULT_REDIRECT_URI_VALIDATOR.accept(context);
        OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
        requireScopes(context);
        launches.tenant(request);
        if (!(request.getPrincipal() instanceof AnonymousAuthenticationToken)) {
            requirePatient(request, launches.of(request));
        }
    }

    private static void requireScopes(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
        OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
        try {
            SmartScopes requested = SmartScopes.of(request.getScopes());
            if (!request.getScopes().isEmpty()
                    && SmartScopes.of(context.getRegisteredClient().getScopes()).covers(requested)) {
                return;
            }
        } catch (InvalidScopeException e) {
            // Answered below, like a scope that the client may not have.
        }
        throw AuthorizationRefusal.of(
                OAuth2ErrorCodes.INVALID_SCOPE, "The client may not ask for these scopes", request);
    }

    private static void requirePatient(
            OAuth2AuthorizationCodeRequestAuthenticationToken request, RequestedLaunch launch) {
        if (launch.opensAnothersRecord() || (launch.needsPick() && !launch.mayPick())) {
            throw AuthorizationRefusal.of(
                    OAuth2ErrorCodes.ACCESS_DENIED, "There is no patient in context for this user", request);
        }
    }
}
