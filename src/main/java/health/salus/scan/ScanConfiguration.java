package health.salus.scan;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ScanSettings.class)
class ScanConfiguration {

    @Bean
    ContentScanner contentScanner(ScanSettings settings) {
        return settings.host()
                .<ContentScanner>map(host -> new ClamdScanner(host, settings))
                .orElseGet(NoScanner::new);
    }
}
