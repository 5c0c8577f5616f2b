package health.salus.smart;

import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.tenant.Tenants;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.security.servlet.EndpointRequest;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManagerResolver;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.annotation.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.cors.CorsConfiguration;

import java.util.List;

/** Who may reach what, apart from the login: the FHIR API with a token, a few public pages without, nothing else. */
@Configuration(proxyBeanMethods = false)
class ApiSecurityConfiguration {

    private static final PathPatternRequestMatcher.Builder PATHS = PathPatternRequestMatcher.withDefaults();
    private static final RequestMatcher DISCOVERY =
            anyOf(null, "/fhir/.well-known/smart-configuration", "/fhir/{tenant}/.well-known/smart-configuration");
    private static final RequestMatcher BRANDS =
            anyOf(null, "/fhir" + BrandFilter.PATH, "/fhir/{tenant}" + BrandFilter.PATH);
    private static final RequestMatcher METADATA = new OrRequestMatcher(
            anyOf(HttpMethod.GET, "/fhir/metadata", "/fhir/{tenant}/metadata"),
            anyOf(HttpMethod.HEAD, "/fhir/metadata", "/fhir/{tenant}/metadata"));
    private static final RequestMatcher PUBLIC_PAGES =
            anyOf(HttpMethod.GET, "/", "/index.html", "/favicon.ico", "/favicon.svg", Page.STYLE);

    @Bean
    SmartDiscovery smartDiscovery(FhirBases bases, ObjectProvider<ExternalIssuer> issuer) {
        ExternalIssuer external = issuer.getIfAvailable();
        return external == null ? SmartDiscovery.ofThisServer(bases) : SmartDiscovery.of(external, bases);
    }

    /** Turns off the two measurements of each filter and each request, which cost more than the filters do. */
    @Bean
    SecurityObservationSettings securityObservations() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    @Order(10)
    SecurityFilterChain discovery(
            HttpSecurity http,
            SmartDiscovery discovery,
            Brands brands,
            FhirBases bases,
            Tenants tenants,
            ObjectMapper json)
            throws Exception {
        return stateless(http.securityMatcher(new OrRequestMatcher(DISCOVERY, BRANDS)))
                .cors(cors -> cors.configurationSource(request -> anyOrigin()))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .addFilterAfter(
                        new SmartDiscoveryFilter(discovery, brands, bases, tenants, json), AuthorizationFilter.class)
                .addFilterBefore(new BrandFilter(brands, tenants), SmartDiscoveryFilter.class)
                .build();
    }

    // Before the authorization server, whose twenty addresses would otherwise be compared with that of each read.
    @Bean
    @Order(15)
    SecurityFilterChain fhir(HttpSecurity http, BearerTokens tokens, AllowedOrigins origins) throws Exception {
        return withTokens(http.securityMatcher(anyOf(null, "/fhir", "/fhir/**")), tokens, new OutcomeResponses())
                .cors(cors -> cors.configurationSource(
                        request -> METADATA.matches(request) ? anyOrigin() : origins.getCorsConfiguration(request)))
                .authorizeHttpRequests(requests -> requests.requestMatchers(METADATA)
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .build();
    }

    /** What administers the server: a token with its own scope, and then the role that each handler declares. */
    @Bean
    @Order(35)
    SecurityFilterChain api(HttpSecurity http, BearerTokens tokens, AllowedOrigins origins) throws Exception {
        return withTokens(
                        http.securityMatcher(anyOf(null, "/api", "/api/**")),
                        request -> tokens::authenticateForAnyTenant,
                        new ProblemResponses())
                .cors(cors -> cors.configurationSource(origins))
                .authorizeHttpRequests(requests -> requests.anyRequest()
                        .access((caller, request) -> new AuthorizationDecision(mayUseApi(caller.get()))))
                .build();
    }

    /** What apps keep for themselves: whose it is, the handlers decide. */
    @Bean
    @Order(36)
    SecurityFilterChain appState(HttpSecurity http, BearerTokens tokens, AllowedOrigins origins) throws Exception {
        return withTokens(
                        http.securityMatcher(anyOf(null, AppStateRights.PATH, AppStateRights.PATH + "/**")),
                        request -> tokens::authenticateForAnyTenant,
                        new OutcomeResponses())
                .cors(cors -> cors.configurationSource(origins))
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .build();
    }

    private static boolean mayUseApi(@Nullable Authentication caller) {
        return caller instanceof SmartAuthentication authentication
                && authentication.getPrincipal().scopes().contains(SmartScopes.API);
    }

    /** What the login provider reports; what it brings is signed, which the handler looks at. */
    @Bean
    @Order(37)
    @ConditionalOnLoginProvider
    SecurityFilterChain providerReports(HttpSecurity http) throws Exception {
        return stateless(http.securityMatcher(anyOf(HttpMethod.POST, BackChannelLogout.PATH)))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }

    @Bean
    @Order(40)
    SecurityFilterChain everythingElse(HttpSecurity http, Environment environment) throws Exception {
        return stateless(http)
                .authorizeHttpRequests(requests -> {
                    requests.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll();
                    requests.requestMatchers(PUBLIC_PAGES).permitAll();
                    requests.requestMatchers(EndpointRequest.to(HealthEndpoint.class))
                            .permitAll();
                    // Numbers about the server are for its operators, who alone reach a port of its own.
                    if (ManagementPortType.get(environment) == ManagementPortType.DIFFERENT) {
                        requests.requestMatchers(EndpointRequest.to("prometheus"))
                                .permitAll();
                    }
                    requests.anyRequest().denyAll();
                })
                .build();
    }

    private static HttpSecurity stateless(HttpSecurity http) throws Exception {
        return http.csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
    }

    /** Lets callers in by their tokens alone, and answers everybody else in the words of the interface. */
    private static <T extends AuthenticationEntryPoint & AccessDeniedHandler> HttpSecurity withTokens(
            HttpSecurity http, AuthenticationManagerResolver<HttpServletRequest> tokens, T refusals) throws Exception {
        return stateless(http)
                .oauth2ResourceServer(server -> server.authenticationManagerResolver(tokens)
                        .authenticationEntryPoint(refusals)
                        .accessDeniedHandler(refusals)
                        .withObjectPostProcessor(answeringFailuresWith(refusals)))
                .exceptionHandling(exceptions ->
                        exceptions.authenticationEntryPoint(refusals).accessDeniedHandler(refusals));
    }

    // Left alone, the filter throws when the issuer is down, and the client sees a page of the servlet container.
    private static ObjectPostProcessor<BearerTokenAuthenticationFilter> answeringFailuresWith(
            AuthenticationEntryPoint refusals) {
        AuthenticationEntryPointFailureHandler handler = new AuthenticationEntryPointFailureHandler(refusals);
        handler.setRethrowAuthenticationServiceException(false);
        return new ObjectPostProcessor<>() {
            @Override
            public <T extends BearerTokenAuthenticationFilter> T postProcess(T filter) {
                filter.setAuthenticationFailureHandler(handler);
                return filter;
            }
        };
    }

    private static CorsConfiguration anyOrigin() {
        CorsConfiguration configuration = new CorsConfiguration();
        configuration.setAllowedOrigins(List.of(CorsConfiguration.ALL));
        configuration.setAllowedMethods(List.of(HttpMethod.GET.name(), HttpMethod.HEAD.name()));
        configuration.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        configuration.setExposedHeaders(List.of("ETag"));
        return configuration;
    }

    private static RequestMatcher anyOf(@Nullable HttpMethod method, String... patterns) {
        return new OrRequestMatcher(List.of(patterns).stream()
                .<RequestMatcher>map(
                        pattern -> method == null ? PATHS.matcher(pattern) : PATHS.matcher(method, pattern))
                .toList());
    }
}
