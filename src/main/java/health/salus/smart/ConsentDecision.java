package health.salus.smart;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationToken;

import java.util.Set;
import java.util.stream.Collectors;

/** Takes what a person has decided on the consent page: which scopes, about which patient, or none at all. */
final class ConsentDecision implements AuthenticationProvider {

    private static final OAuth2TokenType STATE = new OAuth2TokenType(OAuth2ParameterNames.STATE);

    private final AuthenticationProvider provider;
    private final RequestedLaunches requests;
    private final Grants grants;
    private final PatientPicker patients;

    ConsentDecision(
            AuthenticationProvider provider, RequestedLaunches requests, Grants grants, PatientPicker patients) {
        this.provider = provider;
        this.requests = requests;
        this.grants = grants;
        this.patients = patients;
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        OAuth2AuthorizationConsentAuthenticationToken decision =
                (OAuth2AuthorizationConsentAuthenticationToken) authentication;
        boolean allows =
                ConsentPage.ALLOW.equals(decision.getAdditionalParameters().get(ConsentPage.DECISION));
        if (!allows) {
            return provider.authenticate(with(decision, Set.of()));
        }
        OAuth2Authorization asked = grants.findByToken(decision.getState(), STATE);
        Authentication person = (Authentication) decision.getPrincipal();
        if (asked != null && person.getName().equals(asked.getPrincipalName())) {
            keepPatient(asked, decision);
        }
        return provider.authenticate(decision);
    }

    private void keepPatient(OAuth2Authorization asked, OAuth2AuthorizationConsentAuthenticationToken decision) {
        RequestedLaunch launch = requests.of(asked);
        boolean isAsked =
                launch.needsPick() && SmartScopes.of(allowed(asked, decision)).needsPatient();
        if (!isAsked) {
            return;
        }
        Object patient = decision.getAdditionalParameters().get(ConsentPage.PATIENT);
        if (!(patient instanceof String id) || !patients.offers(launch, id)) {
            throw new OAuth2AuthorizationCodeRequestAuthenticationException(
                    new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST, "Choose a patient", null), null);
        }
        grants.save(launch.context().withPatient(id).keepIn(asked));
    }

    // What is not among the requested scopes is refused by the step behind this one.
    private static Set<String> allowed(
            OAuth2Authorization asked, OAuth2AuthorizationConsentAuthenticationToken decision) {
        return decision.getScopes().stream()
                .filter(RequestedLaunches.request(asked).getScopes()::contains)
                .collect(Collectors.toSet());
    }

    private static OAuth2AuthorizationConsentAuthenticationToken with(
            OAuth2AuthorizationConsentAuthenticationToken decision, Set<String> scopes) {
        return new OAuth2AuthorizationConsentAuthenticationToken(
                decision.getAuthorizationUri(),
                decision.getClientId(),
                (Authentication) decision.getPrincipal(),
                decision.getState(),
                scopes,
                decision.getAdditionalParameters());
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return provider.supports(authentication);
    }
}
