package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationToken;

import java.util.Objects;
import java.util.Optional;

/**
 * Uses the handle of an EHR launch up and keeps what it stands for with the grant, before the app hears of a code. A crash
 * between the two leaves a code that nobody knows.
 */
final class LaunchBinding implements AuthenticationProvider {

    private static final OAuth2TokenType STATE = new OAuth2TokenType(OAuth2ParameterNames.STATE);
    private static final OAuth2TokenType CODE = new OAuth2TokenType(OAuth2ParameterNames.CODE);

    private final AuthenticationProvider provider;
    private final RequestedLaunches requests;
    private final Launches launches;
    private final Grants grants;

    LaunchBinding(AuthenticationProvider provider, RequestedLaunches requests, Launches launches, Grants grants) {
        this.provider = provider;
        this.requests = requests;
        this.launches = launches;
        this.grants = grants;
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        Authentication answer = provider.authenticate(authentication);
        OAuth2AuthorizationCodeRequestAuthenticationToken request =
                (OAuth2AuthorizationCodeRequestAuthenticationToken) authentication;
        Optional<String> handle = RequestedLaunches.handle(request);
        OAuth2Authorization grant = handle.isEmpty() ? null : grantOf(answer);
        if (grant != null) {
            bind(handle.orElseThrow(), grant, request);
        }
        return answer;
    }

    private void bind(
            String handle, OAuth2Authorization grant, OAuth2AuthorizationCodeRequestAuthenticationToken request) {
        LaunchContext context = launches.use(
                        handle, requests.tenant(request), request.getClientId(), grant.getPrincipalName())
                .orElse(null);
        if (context == null) {
            grants.remove(grant);
            throw AuthorizationRefusal.of(OAuth2ErrorCodes.INVALID_REQUEST, "launch was used before", request);
        }
        grants.save(context.keepIn(grant));
    }

    // Nothing is granted yet while the person has still to sign in.
    private @Nullable OAuth2Authorization grantOf(Authentication answer) {
        if (answer instanceof OAuth2AuthorizationConsentAuthenticationToken question) {
            return grants.findByToken(question.getState(), STATE);
        }
        return answer.isAuthenticated()
                        && answer instanceof OAuth2AuthorizationCodeRequestAuthenticationToken granted
                        && granted.getAuthorizationCode() != null
                ? grants.findByToken(
                        Objects.requireNonNull(granted.getAuthorizationCode()).getTokenValue(), CODE)
                : null;
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return provider.supports(authentication);
    }
}
