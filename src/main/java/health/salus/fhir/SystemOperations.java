package health.salus.fhir;

import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import org.springframework.stereotype.Component;

import java.util.List;

/**
 * What the server offers beside the interactions of the resource types: batch, transaction, system history, the
 * CapabilityStatement, and the operations of the features.
 */
@Component
class SystemOperations {

    private final IJpaSystemProvider provider;
    private final Capabilities capabilities;
    private final List<FhirOperations> operations;

    SystemOperations(IJpaSystemProvider provider, Capabilities capabilities, List<FhirOperations> operations) {
        this.provider = provider;
        this.capabilities = capabilities;
        this.operations = operations;
    }

    void registerWith(RestfulServer server) {
        server.registerProvider(provider);
        server.registerProviders(operations);
        server.setServerConformanceProvider(capabilities.of(server));
    }
}
