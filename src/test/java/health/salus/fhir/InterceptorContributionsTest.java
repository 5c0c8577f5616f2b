package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.executor.InterceptorService;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.auth.AuthorizationInterceptor;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A server that nobody guards does not start. */
class InterceptorContributionsTest {

    private final StaticListableBeanFactory beans = new StaticListableBeanFactory();
    private final RestfulServer server = new RestfulServer(FhirContext.forR4Cached());

    @Test
    void serverWithoutAuthorizationRefusesToStart() {
        assertThatIllegalStateException().isThrownBy(this::register).withMessageContaining("exactly one");
    }

    @Test
    void serverWithTwoAuthorizationsRefusesToStart() {
        beans.addBean("one", new Guard());
        beans.addBean("two", new Guard());
        assertThatIllegalStateException().isThrownBy(this::register).withMessageContaining("found 2");
    }

    @Test
    void serverWithOneAuthorizationStarts() {
        beans.addBean("one", new Guard());
        register();
    }

    private void register() {
        new InterceptorContributions(beans, new InterceptorService()).registerWith(server);
    }

    @Interceptor
    static class Guard extends AuthorizationInterceptor {}
}
