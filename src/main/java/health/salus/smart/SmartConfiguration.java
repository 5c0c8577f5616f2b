package health.salus.smart;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({SmartSettings.class, LoginSettings.class, BrandSettings.class})
@EnableScheduling
class SmartConfiguration {

    SmartConfiguration(SmartSettings settings, LoginSettings login) {
        if (settings.auth().issuer() != null && login.issuer() != null) {
            throw new IllegalStateException("%s and %s exclude each other: one server issues the tokens"
                    .formatted(SmartSettings.Auth.ISSUER, LoginSettings.ISSUER));
        }
    }

    @Bean
    FhirBases fhirBases(SmartSettings settings) {
        return new FhirBases(settings.publicUrl().toString());
    }
}
