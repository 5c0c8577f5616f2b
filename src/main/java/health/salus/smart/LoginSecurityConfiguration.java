package health.salus.smart;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenIntrospectionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AccessTokenResponseAuthenticationSuccessHandler;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.authentication.logout.LogoutFilter;
import org.springframework.security.web.context.SecurityContextHolderFilter;
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

    private static final String USER_INFO = "/userinfo";

    private final RegisteredClientRepository clients;
    private final AuthorizationSteps authorizationSteps;
    private final ClientAssertions clientAssertions;
    private final AllowedOrigins origins;
    private final Clients registered;
    private final Grants grants;

    LoginSecurityConfiguration(
            RegisteredClientRepository clients,
            AuthorizationSteps authorizationSteps,
            ClientAssertions clientAssertions,
            AllowedOrigins origins,
            Clients registered,
            Grants grants) {
        this.clients = clients;
        this.authorizationSteps = authorizationSteps;
        this.clientAssertions = clientAssertions;
        this.origins = origins;
        this.registered = registered;
        this.grants = grants;
    }

    @Bean
    @Order(20)
    SecurityFilterChain authorizationServer(
            HttpSecurity http,
            JwtDecoder accessTokens,
            FhirBases bases,
            Environment environment,
            Users users,
            ObjectProvider<ProviderLogin> provider)
            throws Exception {
        ProviderLogin elsewhere = provider.getIfAvailable();
        if (elsewhere != null) {
            elsewhere.install(http);
        }
        OAuth2AuthorizationServerConfigurer server = OAuth2AuthorizationServerConfigurer.authorizationServer();
        RequestMatcher login = new OrRequestMatcher(
                PATHS.matcher("/login"),
                // Browsers ask this way whether a page may call the token endpoint.
                PATHS.matcher(HttpMethod.OPTIONS, "/oauth2/**"),
                PATHS.matcher("/logout"),
                PATHS.matcher("/default-ui.css"),
                PATHS.matcher(ConsentPage.PATH),
                PATHS.matcher(ConnectedAppsPage.PATH));
        PostedAuthorizationFilter postedAuthorization = new PostedAuthorizationFilter();
        RequestMatcher here = new OrRequestMatcher(server.getEndpointsMatcher(), login);
        return http.securityMatcher(request ->
                        (here.matches(request) || (elsewhere != null && ProviderLogin.ADDRESSES.matches(request)))
                                && !isManagement(request, environment))
                .with(server, it -> configure(it, accessTokens))
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(exceptions -> exceptions.defaultAuthenticationEntryPointFor(
                        new LoginUrlAuthenticationEntryPoint("/login"),
                        new OrRequestMatcher(
                                PATHS.matcher(HttpMethod.GET, AuthorizationServerConfiguration.AUTHORIZE),
                                PATHS.matcher(HttpMethod.GET, ConnectedAppsPage.PATH))))
                .formLogin(form -> form.successHandler(new SignIn()).withObjectPostProcessor(new SilentFailures()))
                .logout(logout -> logout.addLogoutHandler(this::endOnline))
                .oauth2ResourceServer(resources -> resources.bearerTokenResolver(onlyAt(USER_INFO)))
                .cors(cors -> cors.configurationSource(origins))
                .headers(headers -> headers.contentSecurityPolicy(
                        policy -> policy.policyDirectives("default-src 'self'; frame-ancestors 'none'")))
                .addFilterBefore(new ParameterFilter(), SecurityContextHolderFilter.class)
                .addFilterBefore(new PublicAddressFilter(bases), SecurityContextHolderFilter.class)
                .addFilterBefore(new SignedOutFilter(users), LogoutFilter.class)
                .addFilterAfter(postedAuthorization, HeaderWriterFilter.class)
                .build();
    }

    // Spring Security stands before the port for the operators too, where nobody has anything to sign in to.
    private static boolean isManagement(HttpServletRequest request, Environment environment) {
        Integer port = environment.getProperty("local.management.port", Integer.class);
        Integer own = environment.getProperty("local.server.port", Integer.class);
        return port != null && !port.equals(own) && request.getLocalPort() == port;
    }

    // Anywhere else an access token would become the person whom it is about, and could get itself a wider one.
    private static BearerTokenResolver onlyAt(String path) {
        BearerTokenResolver tokens = new DefaultBearerTokenResolver();
        return request -> request.getServletPath().equals(path) ? tokens.resolve(request) : null;
    }

    private void endOnline(HttpServletRequest request, HttpServletResponse response, @Nullable Authentication person) {
        if (person != null) {
            grants.endOnline(person.getName());
        }
    }

    private void configure(OAuth2AuthorizationServerConfigurer server, JwtDecoder accessTokens) {
        BearerClientAuthentication bearers = new BearerClientAuthentication(clients, accessTokens);
        PublicClientAuthentication publicClients = new PublicClientAuthentication(clients);
        OAuth2AccessTokenResponseAuthenticationSuccessHandler tokenResponse =
                new OAuth2AccessTokenResponseAuthenticationSuccessHandler();
        tokenResponse.setAccessTokenResponseCustomizer(new LaunchContextResponse());
        server.oidc(Customizer.withDefaults())
                .clientAuthentication(client -> client.authenticationConverter(publicClients)
                        .authenticationConverter(new AssertionConverter())
                        .authenticationConverter(bearers)
                        .authenticationProvider(publicClients)
                        .authenticationProvider(bearers)
                        .authenticationProviders(this::useOurAssertions))
                .authorizationEndpoint(endpoint ->
                        endpoint.consentPage(ConsentPage.PATH).authenticationProviders(authorizationSteps::install))
                .tokenIntrospectionEndpoint(endpoint -> endpoint.authenticationProviders(this::limitIntrospection))
                .tokenEndpoint(endpoint -> endpoint.accessTokenResponseHandler(tokenResponse)
                        .authenticationProviders(LoginSecurityConfiguration::useOurScopes));
    }

    private void useOurAssertions(List<AuthenticationProvider> providers) {
        Providers.configure(
                providers,
                JwtClientAssertionAuthenticationProvider.class,
                it -> it.setJwtDecoderFactory(clientAssertions));
    }

    private void limitIntrospection(List<AuthenticationProvider> providers) {
        Providers.wrap(
                providers,
                OAuth2TokenIntrospectionAuthenticationProvider.class,
                it -> new OwnTokenIntrospection(it, registered, grants));
    }

    private static void useOurScopes(List<AuthenticationProvider> providers) {
        Providers.configure(
                providers,
                OAuth2ClientCredentialsAuthenticationProvider.class,
                it -> it.setAuthenticationValidator(new BackendScopeRules()));
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
