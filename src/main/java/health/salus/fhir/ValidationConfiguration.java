package health.salus.fhir;

import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.config.JpaConfig;
import ca.uhn.fhir.jpa.validation.JpaValidationSupportChain;
import health.salus.profile.Profiles;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ValidationConfiguration {

    /** Makes the profiles of {@code fhir-profiles/} part of what {@code $validate} and the CapabilityStatement know. */
    @Bean
    InitializingBean ourProfiles(
            @Qualifier(JpaConfig.JPA_VALIDATION_SUPPORT_CHAIN) IValidationSupport chain, Profiles profiles) {
        return () -> ((JpaValidationSupportChain) chain).addValidationSupport(profiles.support());
    }
}
