package health.salus.fhir;

import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.springframework.stereotype.Component;

import java.util.List;

/**
 * What the server offers beside the interactions of the resource types: batch, transaction, system history, the
 * CapabilityStatement, and the operations of the features.
 */
@Component
class SystemOperations {

    private final IJpaSystemProvider provider;
    private final IFhirSystemDao<?, ?> resources;
    private final JpaStorageSettings settings;
    private final ISearchParamRegistry searchParameters;
    private final IValidationSupport profiles;
    private final List<FhirOperations> operations;

    SystemOperations(
            IJpaSystemProvider provider,
            IFhirSystemDao<?, ?> resources,
            JpaStorageSettings settings,
            ISearchParamRegistry searchParameters,
            IValidationSupport profiles,
            List<FhirOperations> operations) {
        this.provider = provider;
        this.resources = resources;
        this.settings = settings;
        this.searchParameters = searchParameters;
        this.profiles = profiles;
        this.operations = operations;
    }

    void registerWith(RestfulServer server) {
        server.registerProvider(provider);
        server.registerProviders(operations);
        JpaCapabilityStatementProvider capabilities =
                new JpaCapabilityStatementProvider(server, resources, settings, searchParameters, profiles);
        capabilities.setImplementationDescription("Salus, a FHIR R4 health data server");
        server.setServerConformanceProvider(capabilities);
    }
}
