package health.salus.searchparameter;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SearchParameterConfiguration {

    /** Takes out HAPI's register of search parameters, and its check of them; ours are in their place. */
    @Bean
    static BeanFactoryPostProcessor withoutHapisRegister() {
        return beans -> {
            ((BeanDefinitionRegistry) beans).removeBeanDefinition("searchParamRegistry");
            ((BeanDefinitionRegistry) beans).removeBeanDefinition("searchParameterDaoValidator");
        };
    }
}
