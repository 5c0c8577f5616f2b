package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.HardcodedServerAddressStrategy;
import ca.uhn.fhir.rest.server.RestfulServer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FhirServletConfiguration {

    static final String PATH = "/fhir";

    @Bean
    RestfulServer restfulServer(
            FhirContext context,
            QuickProviders resources,
            SystemOperations system,
            DatabaseBackedPagingProvider paging,
            ProviderContributions own,
            InterceptorContributions interceptors,
            TenantUrlStrategy tenants,
            @Value("${salus.public-url}") String publicUrl) {
        // HAPI reads what it has stored with settings of its own, so this holds for what comes in.
        context.setParserErrorHandler(new StrictReading());
        // Provenance of a version is not provenance of whatever comes after it.
        context.getParserOptions().setStripVersionsFromReferences(false);
        RestfulServer server = new RestfulServer(context) {
            // Which library it is, and how old, helps nobody but those who look for its known holes.
            @Override
            protected String createPoweredByHeader() {
                return "";
            }
        };
        server.setServerName("Salus");
        server.setServerAddressStrategy(new HardcodedServerAddressStrategy(publicUrl + PATH));
        server.setTenantIdentificationStrategy(tenants);
        server.registerProviders(own.replacing(resources.create()));
        system.registerWith(server);
        server.setPagingProvider(paging);
        server.setDefaultResponseEncoding(EncodingEnum.JSON);
        server.setDefaultPrettyPrint(false);
        // RequestLimitFilter does, and stops where HAPI would go on.
        server.setUncompressIncomingContents(false);
        interceptors.registerWith(server);
        return server;
    }

    @Bean
    ServletRegistrationBean<RestfulServer> fhirServlet(RestfulServer server) {
        ServletRegistrationBean<RestfulServer> registration = new ServletRegistrationBean<>(server, PATH + "/*");
        registration.setName("fhir");
        registration.setLoadOnStartup(1);
        return registration;
    }

    @Bean
    FilterRegistrationBean<RequestLimitFilter> requestLimit(FhirSettings settings) {
        FilterRegistrationBean<RequestLimitFilter> registration = new FilterRegistrationBean<>(
                new RequestLimitFilter(settings.maxRequestSize().toBytes()));
        registration.addUrlPatterns(PATH + "/*");
        return registration;
    }
}
