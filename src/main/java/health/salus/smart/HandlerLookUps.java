package health.salus.smart;

import jakarta.servlet.Filter;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ApplicationContext;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.handler.HandlerMappingIntrospector;

/**
 * Keeps Spring Security from looking up for every request, those to HAPI too, which handler of Spring MVC would answer it. What it
 * finds is for matchers of MVC's patterns, and all of ours match paths.
 */
@Component
final class HandlerLookUps implements BeanPostProcessor {

    private final ApplicationContext context;

    HandlerLookUps(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof HandlerMappingIntrospector ? new OnDemand(context) : bean;
    }

    /** Looks up when it is asked, and not before. */
    private static final class OnDemand extends HandlerMappingIntrospector {

        OnDemand(ApplicationContext context) {
            setApplicationContext(context);
            afterPropertiesSet();
        }

        @Override
        public Filter createCacheFilter() {
            return (request, response, chain) -> chain.doFilter(request, response);
        }
    }
}
