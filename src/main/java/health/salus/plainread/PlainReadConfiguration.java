package health.salus.plainread;

import health.salus.audit.ReadTrail;
import health.salus.fhir.PlainReads;
import health.salus.smart.UnlimitedReaders;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.security.SecurityProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PlainReadConfiguration {

    /** Behind the filters that name, record and measure a request, and right before Spring Security. */
    @Bean
    FilterRegistrationBean<PlainReadFilter> plainReadFilter(
            UnlimitedReaders readers, PlainReads reads, ReadTrail trail, MeterRegistry meters) {
        FilterRegistrationBean<PlainReadFilter> registration = new FilterRegistrationBean<>(
                new PlainReadFilter(readers, reads, trail, new PlainReadResponse(), meters));
        registration.setOrder(SecurityProperties.DEFAULT_FILTER_ORDER - 1);
        registration.addUrlPatterns("/fhir/*");
        return registration;
    }
}
