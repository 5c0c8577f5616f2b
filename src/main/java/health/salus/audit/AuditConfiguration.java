package health.salus.audit;

import ca.uhn.fhir.context.FhirContext;
import health.salus.tenant.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.security.SecurityProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.userdetails.UserDetailsService;

import javax.sql.DataSource;
import java.nio.file.Path;
import java.util.List;

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

    /** Before everything, since Tomcat refuses there what it cannot read. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> malformedRequests(AuditWriter trail) {
        return factory -> factory.addEngineValves(new MalformedRequests(trail));
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
    AuditPageInterceptor auditPageInterceptor() {
        return new AuditPageInterceptor();
    }

    @Bean
    AuditEventProvider auditEvents(JdbcClient database, @Value("${salus.public-url}") String publicUrl) {
        return new AuditEventProvider(new AuditSearch(database), new AuditEventMapping(publicUrl));
    }

    @Bean
    AuditEventRules auditEventRules() {
        return new AuditEventRules();
    }

    @Bean
    Checkpoints checkpoints(@Value("${salus.data-dir}") Path dataDirectory, AuditWriter trail) {
        return new Checkpoints(dataDirectory, trail::last);
    }

    @Bean
    Alerts alerts(JdbcClient database, MeterRegistry meters, AuditSettings settings) {
        return new Alerts(database, meters, settings.alert().webhook());
    }

    @Bean
    BreachMonitor breachMonitor(
            DataSource database, AuditSecret secret, AuditWriter trail, Alerts alerts, AuditSettings settings) {
        AuditSettings.Alert limits = settings.alert();
        return new BreachMonitor(
                database,
                secret,
                trail::last,
                alerts::raise,
                List.of(
                        new PatientsPerHour(limits.patientsPerHour()),
                        BusyHands.refusals(limits.refusals(), limits.refusalWindow()),
                        new EachEmergency(),
                        BusyHands.breakGlass(limits.breakGlassPerDay()),
                        new NewExporter(database, limits.knownClientDays())));
    }

    @Bean
    EmergencyListener emergencyListener() {
        return new EmergencyListener();
    }

    @Bean
    SignInListener signInListener(ObjectProvider<UserDetailsService> users, AuditSecret secret) {
        return new SignInListener(users, secret);
    }
}
