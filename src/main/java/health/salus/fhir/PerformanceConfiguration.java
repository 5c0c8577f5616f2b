package health.salus.fhir;

import ca.uhn.fhir.batch2.api.IJobMaintenanceService;
import ca.uhn.fhir.batch2.maintenance.JobMaintenanceServiceImpl;
import ca.uhn.fhir.jpa.api.svc.ISearchCoordinatorSvc;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.search.ISynchronousSearchSvc;
import ca.uhn.fhir.jpa.searchparam.registry.SearchParamRegistryImpl;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Duration;

/** What makes HAPI answer sooner without making it answer anything else; see ADR 17. */
@Configuration(proxyBeanMethods = false)
class PerformanceConfiguration {

    private static final Duration MAINTENANCE = Duration.ofSeconds(1);

    @Bean
    FilterRegistrationBean<MetadataFilter> metadata(SearchParamRegistryImpl searchParameters) {
        // The registry makes this map anew whenever it reads the search parameters again.
        FilterRegistrationBean<MetadataFilter> registration = new FilterRegistrationBean<>(
                new MetadataFilter(searchParameters::getHashIdentityToIndexedSearchParamMap));
        registration.addUrlPatterns(FhirServletConfiguration.PATH + "/*");
        return registration;
    }

    /** Jobs go from step to step in HAPI's maintenance, which otherwise comes once a minute. */
    @Bean
    InitializingBean promptJobs(IJobMaintenanceService maintenance) {
        return () -> ((JobMaintenanceServiceImpl) maintenance).setScheduledJobFrequencyMillis(MAINTENANCE.toMillis());
    }

    /** Leads searches past HAPI's tables of stored results, and their results past Hibernate. */
    @Bean
    static BeanPostProcessor unstoredSearches(
            ObjectProvider<FhirSettings> settings,
            ObjectProvider<SearchResults> results,
            ObjectProvider<SplicedMatches> matches,
            ObjectProvider<WholeTypes> types) {
        return new BeanPostProcessor() {
            @Override
            @SuppressWarnings("unchecked")
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof ISearchCoordinatorSvc<?> hapi) {
                    return new UnstoredSearches(
                            (ISearchCoordinatorSvc<JpaPid>) hapi,
                            settings::getObject,
                            results::getObject,
                            types::getObject);
                }
                if (bean instanceof ISearchBuilder<?> hapi) {
                    return SplicingSearches.of(hapi, matches.getObject());
                }
                return bean instanceof ISynchronousSearchSvc hapi ? new LimitedSearches(hapi) : bean;
            }
        };
    }

    /**
     * Lets Spring remember which beans are of which type from the start. It does so by itself only after the web server is
     * up, which in turn has made all of HAPI's thousand beans, each by looking through all others.
     */
    @Bean
    static BeanFactoryPostProcessor earlyFreeze() {
        return ConfigurableListableBeanFactory::freezeConfiguration;
    }
}
