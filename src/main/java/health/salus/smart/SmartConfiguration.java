package health.salus.smart;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SmartSettings.class)
@EnableScheduling
class SmartConfiguration {

    @Bean
    FhirBases fhirBases(SmartSettings settings) {
        return new FhirBases(settings.publicUrl().toString());
    }
}
