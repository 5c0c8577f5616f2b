package health.salus.bench;

import health.salus.SalusApplication;
import health.salus.audit.ReadTrail;
import health.salus.smart.SmartPrincipal;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;

/** Salus that writes down no request, so that it can be seen what writing them down costs. Nothing but a benchmark has it. */
public final class UnauditedSalus implements BeanPostProcessor {

    public static void main(String[] arguments) {
        new SpringApplicationBuilder(SalusApplication.class, UnauditedSalus.class).run(arguments);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (name.equals("auditFilter") && bean instanceof FilterRegistrationBean<?> filter) {
            filter.setEnabled(false);
        }
        return bean instanceof ReadTrail ? new NoReadTrail() : bean;
    }

    private static final class NoReadTrail extends ReadTrail {

        @Override
        public void disclose(
                HttpServletRequest request,
                SmartPrincipal caller,
                boolean versioned,
                String type,
                String id,
                long version,
                String json) {}
    }
}
