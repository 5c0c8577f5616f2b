package health.salus.smart;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationProvider;
import org.springframework.stereotype.Component;

import java.util.List;

/** Puts our rules, the launch by an EHR and the questions to the person into the authorization endpoint. */
@Component
@ConditionalOnEmbeddedIssuer
class AuthorizationSteps {

    private final AuthorizationRules rules;
    private final RequestedLaunches requests;
    private final Consents consents;
    private final Grants grants;
    private final Launches launches;
    private final PatientPicker patients;

    AuthorizationSteps(
            AuthorizationRules rules,
            RequestedLaunches requests,
            Consents consents,
            Grants grants,
            Launches launches,
            PatientPicker patients) {
        this.rules = rules;
        this.requests = requests;
        this.consents = consents;
        this.grants = grants;
        this.launches = launches;
        this.patients = patients;
    }

    /** Replaces the steps of Spring Authorization Server by ours, which use them. */
    void install(List<AuthenticationProvider> providers) {
        Providers.configure(providers, OAuth2AuthorizationCodeRequestAuthenticationProvider.class, it -> {
            it.setAuthenticationValidator(rules);
            it.setAuthorizationConsentRequired(this::mustAsk);
        });
        Providers.wrap(
                providers,
                OAuth2AuthorizationCodeRequestAuthenticationProvider.class,
                it -> new LaunchBinding(it, requests, launches, grants));
        Providers.wrap(
                providers,
                OAuth2AuthorizationConsentAuthenticationProvider.class,
                it -> new ConsentDecision(it, requests, grants, patients));
    }

    private boolean mustAsk(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
        OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
        RequestedLaunch launch = requests.of(request);
        boolean asksAgain = "consent".equals(request.getAdditionalParameters().get("prompt"));
        boolean asks = context.getRegisteredClient().getClientSettings().isRequireAuthorizationConsent();
        return launch.needsPick()
                || (asks
                        && (asksAgain
                                || !consents.cover(
                                        request.getClientId(), launch.user().username(), request.getScopes())));
    }
}
