package health.salus.audit;

import ca.uhn.fhir.context.FhirContext;
import health.salus.tenant.Tenants;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.security.SecurityProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.core.userdetails.UserDetailsService;

import javax.sql.DataSource;
import java.nio.file.Path;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuditSettings.class)
class AuditConfiguration {

    @Bean
    AuditSecret auditSecret(@Value("${salus.data-dir}") Path dataDirectory) {
        return AuditSecret.in(dataDirectory.resolve("keys"));
    }

    @Bean
    AuditWriter auditWriter(DataSource database, AuditSecret secret, AuditSettings settings) {
        return new AuditWriter(database, secret, settings.timeout());
    }

    /** Right behind the filter that gives the request its id. */
    @Bean
    FilterRegistrationBean<AuditFilter> auditFilter(AuditWriter trail, Tenants tenants) {
        FilterRegistrationBean<AuditFilter> registration =
                new FilterRegistrationBean<>(new AuditFilter(trail, tenants));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return registration;
    }

    /** Right behind Spring Security. */
    @Bean
    FilterRegistrationBean<CallerFilter> auditedCaller() {
        FilterRegistrationBean<CallerFilter> registration = new FilterRegistrationBean<>(new CallerFilter());
        registration.setOrder(SecurityProperties.DEFAULT_FILTER_ORDER + 1);
        return registration;
    }

    @Bean
    AuditInterceptor auditInterceptor(FhirContext context, AuditSecret secret) {
        return new AuditInterceptor(new PatientsOf(context), new QueryWords(secret));
    }

    @Bean
    SignInListener signInListener(ObjectProvider<UserDetailsService> users, AuditSecret secret) {
        return new SignInListener(users, secret);
    }
}
