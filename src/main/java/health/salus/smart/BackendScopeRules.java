package health.salus.smart;

import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationToken;

import java.util.Set;
import java.util.function.Consumer;

/**
 * Lets a backend service ask for nothing but {@code system/} scopes and services of this server that it was registered
 * with, and at least one of them.
 */
final class BackendScopeRules implements Consumer<OAuth2ClientCredentialsAuthenticationContext> {

    private static final Set<String> OWN_SERVICES = Set.of(SmartScopes.API, SmartScopes.INTROSPECT);

    @Override
    public void accept(OAuth2ClientCredentialsAuthenticationContext context) {
        OAuth2ClientCredentialsAuthenticationToken request = context.getAuthentication();
        if (!isAllowed(context, request)) {
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_SCOPE);
        }
    }

    private static boolean isAllowed(
            OAuth2ClientCredentialsAuthenticationContext context, OAuth2ClientCredentialsAuthenticationToken request) {
        try {
            SmartScopes requested = SmartScopes.of(request.getScopes());
            return !request.getScopes().isEmpty()
                    && OWN_SERVICES.containsAll(requested.others())
                    && requested.clinical().stream().allMatch(scope -> scope.context() == ClinicalScope.Context.SYSTEM)
                    && SmartScopes.of(context.getRegisteredClient().getScopes()).covers(requested);
        } catch (InvalidScopeException e) {
            return false;
        }
    }
}
