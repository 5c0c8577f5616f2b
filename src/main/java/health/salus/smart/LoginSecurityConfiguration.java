package health.salus.smart;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AccessTokenResponseAuthenticationSuccessHandler;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

import java.util.List;

/** Who may reach the embedded authorization server: the only place with a login page, a session and CSRF tokens. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnEmbeddedIssuer
class LoginSecurityConfiguration {

    private static final PathPatternRequestMatcher.Builder PATHS = PathPatternRequestMatcher.withDefaults();

    private final RegisteredClientRepository clients;
    private final AuthorizationRules authorizationRules;
    private final ClientAssertions clientAssertions;
    private final AllowedOrigins origins;

    LoginSecurityConfiguration(
            RegisteredClientRepository clients,
            AuthorizationRules authorizationRules,
            ClientAssertions clientAssertions,
            AllowedOrigins origins) {
        this.clients = clients;
        this.authorizationRules = authorizationRules;
        this.clientAssertions = clientAssertions;
        this.origins = origins;
    }

    @Bean
    @Order(20)
    SecurityFilterChain authorizationServer(HttpSecurity http) throws Exception {
        OAuth2AuthorizationServerConfigurer server = OAuth2AuthorizationServerConfigurer.authorizationServer();
        RequestMatcher login = new OrRequestMatcher(
                PATHS.matcher("/login"), PATHS.matcher("/logout"), PATHS.matcher("/default-ui.css"));
        PostedAuthorizationFilter postedAuthorization = new PostedAuthorizationFilter();
        return http.securityMatcher(new OrRequestMatcher(server.getEndpointsMatcher(), login))
                .with(server, this::configure)
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(exceptions -> exceptions.defaultAuthenticationEntryPointFor(
                        new LoginUrlAuthenticationEntryPoint("/login"),
                        PATHS.matcher(HttpMethod.GET, AuthorizationServerConfiguration.AUTHORIZE)))
                .formLogin(form -> form.withObjectPostProcessor(new SilentFailures()))
                .cors(cors -> cors.configurationSource(origins))
                .headers(headers -> headers.contentSecurityPolicy(
                        policy -> policy.policyDirectives("default-src 'self'; frame-ancestors 'none'")))
                .addFilterAfter(postedAuthorization, HeaderWriterFilter.class)
                .build();
    }

    private void configure(OAuth2AuthorizationServerConfigurer server) {
        PublicClientAuthentication publicClients = new PublicClientAuthentication(clients);
        OAuth2AccessTokenResponseAuthenticationSuccessHandler tokenResponse =
                new OAuth2AccessTokenResponseAuthenticationSuccessHandler();
        tokenResponse.setAccessTokenResponseCustomizer(new LaunchContextResponse());
        server.oidc(Customizer.withDefaults())
                .clientAuthentication(client -> client.authenticationConverter(publicClients)
                        .authenticationConverter(new AssertionConverter())
                        .authenticationProvider(publicClients)
                        .authenticationProviders(this::useOurAssertions))
                .authorizationEndpoint(endpoint -> endpoint.authenticationProviders(this::useOurRules))
                .tokenEndpoint(endpoint -> endpoint.accessTokenResponseHandler(tokenResponse)
                        .authenticationProviders(LoginSecurityConfiguration::useOurScopes));
    }

    private void useOurAssertions(List<AuthenticationProvider> providers) {
        each(providers, JwtClientAssertionAuthenticationProvider.class)
                .forEach(provider -> provider.setJwtDecoderFactory(clientAssertions));
    }

    private void useOurRules(List<AuthenticationProvider> providers) {
        each(providers, OAuth2AuthorizationCodeRequestAuthenticationProvider.class)
                .forEach(provider -> provider.setAuthenticationValidator(authorizationRules));
    }

    private static void useOurScopes(List<AuthenticationProvider> providers) {
        each(providers, OAuth2ClientCredentialsAuthenticationProvider.class)
                .forEach(provider -> provider.setAuthenticationValidator(new BackendScopeRules()));
    }

    private static <T> List<T> each(List<AuthenticationProvider> providers, Class<T> type) {
        List<T> found =
                providers.stream().filter(type::isInstance).map(type::cast).toList();
        // Left to itself, a provider that is not found would go on with looser rules.
        if (found.isEmpty()) {
            throw new IllegalStateException("Spring Authorization Server has no " + type.getSimpleName());
        }
        return found;
    }

    /** Every failed login reads the same, or the page would tell which names exist and which are locked. */
    private static final class SilentFailures implements ObjectPostProcessor<UsernamePasswordAuthenticationFilter> {

        @Override
        public <T extends UsernamePasswordAuthenticationFilter> T postProcess(T filter) {
            filter.setAuthenticationFailureHandler(
                    (request, response, exception) -> response.sendRedirect(request.getContextPath() + "/login?error"));
            return filter;
        }
    }
}
