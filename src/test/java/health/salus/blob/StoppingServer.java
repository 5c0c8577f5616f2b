package health.salus.blob;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import health.salus.SalusApplication;
import health.salus.smart.DemoAccounts;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * A whole server in a process of its own, some of whose requests stop for ever at a chosen step, so that it can be killed
 * there. It says on its output when it is ready, with an access token, and when a request has come to its step.
 */
final class StoppingServer {

    /** The header by which a request says where it stops. */
    static final String STOP = "X-Stop";

    /** Content of this size stops when its object is in the store, and the catalog does not know yet. */
    static final int STOPS_AFTER_PUT = 70_001;

    static final String READY = "READY ";
    static final String AT = "AT ";

    private StoppingServer() {}

    /** Starts it with these settings, in the form {@code --key=value}. */
    public static void main(String[] arguments) throws InterruptedException {
        var context = new SpringApplication(SalusApplication.class, Stops.class).run(arguments);
        System.out.println(READY + context.getBean(DemoAccounts.class).accessToken());
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void stop(String step) {
        System.out.println(AT + step);
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not a configuration that a scan finds, because the servers of other tests shall not stop. */
    static final class Stops {

        @Bean
        static BeanPostProcessor storeThatStops() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof BlobStore store ? stopping(store) : bean;
                }
            };
        }

        @Bean
        RequestsThatStop requestsThatStop() {
            return new RequestsThatStop();
        }

        private static BlobStore stopping(BlobStore store) {
            return (BlobStore) Proxy.newProxyInstance(
                    BlobStore.class.getClassLoader(), new Class<?>[] {BlobStore.class}, (proxy, method, arguments) -> {
                        try {
                            Object result = method.invoke(store, arguments);
                            if (method.getName().equals("put")
                                    && arguments[1] instanceof BlobContent content
                                    && content.size() == STOPS_AFTER_PUT) {
                                stop("PUT");
                            }
                            return result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    /** Stops requests by their header: in their transaction, or between its commit and the answer. */
    @Interceptor
    public static final class RequestsThatStop {

        @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED, order = Integer.MAX_VALUE)
        public void beforeCommit(RequestDetails request) {
            stopAt("COMMIT", request);
        }

        @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
        public void beforeAnswer(RequestDetails request) {
            stopAt("ANSWER", request);
        }

        private static void stopAt(String step, RequestDetails request) {
            if (Optional.ofNullable(request)
                    .map(it -> it.getHeader(STOP))
                    .filter(step::equals)
                    .isPresent()) {
                stop(step);
            }
        }
    }
}
