package health.salus.fhir;

import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.util.FhirTerser;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.springframework.stereotype.Component;

import java.util.Map;
import java.util.TreeMap;

/** Says what the server can do. */
@Component
class Capabilities {

    // HAPI reads them from the methods of its providers, which TypeSearch has taken the place of.
    private static final Map<String, String> OF_EVERY_TYPE =
            Map.of("_content", "string", "_text", "string", "_list", "token", "_filter", "special", "_has", "special");

    private final DaoRegistry resources;
    private final JpaStorageSettings settings;
    private final ISearchParamRegistry searchParameters;
    private final IValidationSupport profiles;
    private final ProviderContributions own;

    Capabilities(
            DaoRegistry resources,
            JpaStorageSettings settings,
            ISearchParamRegistry searchParameters,
            IValidationSupport profiles,
            ProviderContributions own) {
        this.resources = resources;
        this.settings = settings;
        this.searchParameters = searchParameters;
        this.profiles = profiles;
        this.own = own;
    }

    /** Makes the provider of the CapabilityStatement of a server. */
    JpaCapabilityStatementProvider of(RestfulServer server) {
        JpaCapabilityStatementProvider provider = new Provider(server);
        provider.setImplementationDescription("Salus, a FHIR R4 health data server");
        return provider;
    }

    /** HAPI answers a read of an OperationDefinition from its own operations alone, and not from those that are stored. */
    public final class Provider extends JpaCapabilityStatementProvider {

        private Provider(RestfulServer server) {
            super(server, resources.getSystemDao(), settings, searchParameters, profiles);
        }

        // HAPI knows of neither: a batch comes by the same method as a transaction, and a search of the system is
        // turned
        // into searches of its types before HAPI sees it.
        @Override
        protected void postProcessRest(FhirTerser terser, IBase rest) {
            super.postProcessRest(terser, rest);
            terser.addElement(terser.addElement(rest, "interaction"), "code", "batch");
            IBase search = terser.addElement(rest, "interaction");
            terser.addElement(search, "code", "search-system");
            terser.addElement(
                    search,
                    "documentation",
                    "The parameter _type names the types. They are answered one after the other; _sort is for one type.");
        }

        @Override
        protected void postProcessRestResource(FhirTerser terser, IBase resource, String type) {
            super.postProcessRestResource(terser, resource, type);
            terser.addElement(resource, "searchRevInclude", "*");
            if (!type.equals("Provenance")) {
                terser.addElement(resource, "searchRevInclude", "Provenance:target");
            }
            if (!own.contain(type)) {
                new TreeMap<>(OF_EVERY_TYPE).forEach((name, kind) -> {
                    IBase parameter = terser.addElement(resource, "searchParam");
                    terser.addElement(parameter, "name", name);
                    terser.addElement(parameter, "type", kind);
                });
            }
        }

        /** Returns the definition of an operation of this server, or else one that is stored. */
        @Override
        @Read(typeName = "OperationDefinition")
        public IBaseResource readOperationDefinition(@IdParam IIdType id, RequestDetails request) {
            try {
                return super.readOperationDefinition(id, request);
            } catch (ResourceNotFoundException e) {
                return resources.getResourceDao(OperationDefinition.class).read(id, request);
            }
        }
    }
}
