package health.salus.cost;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CostSettings.class)
class CostConfiguration {

    @Bean
    PriceList priceList(CostSettings settings) {
        return PriceList.load(settings);
    }
}
