package health.salus.tenant;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TenantSettings.class)
class TenantConfiguration {

    @Bean
    InitializingBean configuredTenants(Tenants tenants, TenantSettings settings) {
        return () -> tenants.ensure(settings.ids().stream().map(TenantId::new).toList());
    }
}
