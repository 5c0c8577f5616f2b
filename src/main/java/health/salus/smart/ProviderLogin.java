package health.salus.smart;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.security.config.annotation.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.DefaultLoginPageConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.web.authentication.ui.DefaultLoginPageGeneratingFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.stereotype.Component;

import java.util.Map;

/**
 * The second way into the embedded authorization server, beside the password: Spring Security's login at an OpenID provider,
 * with PKCE, state and nonce.
 */
@Component
@ConditionalOnLoginProvider
class ProviderLogin {

    /** The addresses that belong to it. */
    static final RequestMatcher ADDRESSES = new OrRequestMatcher(
            PathPatternRequestMatcher.withDefaults().matcher(LoginProvider.START),
            PathPatternRequestMatcher.withDefaults().matcher(LoginProvider.BACK));

    private final LoginProvider provider;
    private final ProviderAccounts accounts;
    private final ProviderSessions sessions;
    private final FhirBases bases;
    private final ApplicationEventPublisher events;

    ProviderLogin(
            LoginProvider provider,
            ProviderAccounts accounts,
            ProviderSessions sessions,
            FhirBases bases,
            ApplicationEventPublisher events) {
        this.provider = provider;
        this.accounts = accounts;
        this.sessions = sessions;
        this.bases = bases;
        this.events = events;
    }

    /** Adds it to the chain of the authorization server; before the login by password, whose page it would take over. */
    void install(HttpSecurity http) throws Exception {
        ProviderFailures failures = new ProviderFailures(events, provider);
        ProviderLogout logout = new ProviderLogout(provider, bases);
        http.getConfigurer(DefaultLoginPageConfigurer.class).withObjectPostProcessor(new LinkOnLoginPage());
        http.oauth2Login(login -> login.clientRegistrationRepository(provider)
                        .authorizedClientRepository(new NothingKept())
                        .tokenEndpoint(endpoint -> endpoint.accessTokenResponseClient(provider.tokens()))
                        .userInfoEndpoint(endpoint -> endpoint.oidcUserService(accounts))
                        .successHandler(new ProviderSignIn(sessions, events))
                        .failureHandler(failures)
                        .withObjectPostProcessor(new PageWhileProviderIsDown(failures)))
                .logout(ending ->
                        ending.addLogoutHandler(logout).defaultLogoutSuccessHandlerFor(logout, logout::concerns));
    }

    private final class LinkOnLoginPage implements ObjectPostProcessor<DefaultLoginPageGeneratingFilter> {
        @Override
        public <T extends DefaultLoginPageGeneratingFilter> T postProcess(T page) {
            page.setOauth2AuthenticationUrlToClientName(Map.of(LoginProvider.START, provider.name()));
            return page;
        }
    }

    private record PageWhileProviderIsDown(ProviderFailures failures)
            implements ObjectPostProcessor<OAuth2AuthorizationRequestRedirectFilter> {
        @Override
        public <T extends OAuth2AuthorizationRequestRedirectFilter> T postProcess(T filter) {
            filter.setAuthenticationFailureHandler(failures);
            return filter;
        }
    }

    /** The tokens of the provider open nothing here and are let go at once. */
    private static final class NothingKept implements OAuth2AuthorizedClientRepository {
        @Override
        public <T extends OAuth2AuthorizedClient> @Nullable T loadAuthorizedClient(
                String id, @Nullable Authentication person, HttpServletRequest request) {
            return null;
        }

        @Override
        public void saveAuthorizedClient(
                OAuth2AuthorizedClient client,
                @Nullable Authentication person,
                HttpServletRequest request,
                HttpServletResponse response) {
            // That is the point.
        }

        @Override
        public void removeAuthorizedClient(
                String id, @Nullable Authentication person, HttpServletRequest request, HttpServletResponse response) {
            // There is none.
        }
    }
}
