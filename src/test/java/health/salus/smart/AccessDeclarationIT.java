package health.salus.smart;

import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.method.OperationMethodBinding;
import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Nothing can be called on the server of which nobody has said who may call it. */
class AccessDeclarationIT {

    private static final TestServer SERVER = TestServer.shared();

    @Test
    void everyFhirOperationIsGivenToSomebodyOrRefusedToAll() {
        RestfulServer server = SERVER.bean(RestfulServer.class);
        Set<String> offered = Stream.concat(
                        server.getServerBindings().stream(),
                        server.getResourceBindings().stream().flatMap(it -> it.getMethodBindings().stream()))
                .filter(OperationMethodBinding.class::isInstance)
                .map(it -> ((OperationMethodBinding) it).getName())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(offered).isNotEmpty().allMatch(OperationAccess::isDecided);
    }

    @Test
    void everyWebHandlerDeclaresWhoMayCallIt() {
        // Spring looks for its handlers when the first request comes.
        FhirClient.anonymous(SERVER.url("").toString()).get("/");
        List<HandlerMethod> handlers = SERVER.bean(DispatcherServlet.class).getHandlerMappings().stream()
                .filter(RequestMappingHandlerMapping.class::isInstance)
                .flatMap(it -> ((RequestMappingHandlerMapping) it).getHandlerMethods().values().stream())
                .toList();

        assertThat(handlers)
                .isNotEmpty()
                .allMatch(handler -> DeclaredAccess.isErrorPage(handler)
                        || DeclaredAccess.declaration(handler).isPresent());
    }
}
