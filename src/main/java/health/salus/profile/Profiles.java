package health.salus.profile;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.parser.DataFormatException;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The profiles ({@code StructureDefinition}, R4) and search parameters that this server knows beside those of the base
 * specification, and which server rules of implementation guides it claims to meet ({@code CapabilityStatement}).
 */
@Component
public class Profiles {

    private final FhirContext context;
    private final List<MetadataResource> definitions;

    Profiles(FhirContext context, ProfileSettings settings) {
        this.context = context;
        this.definitions = files(settings.directory()).stream().map(this::read).toList();
    }

    /** Returns the profiles in the form in which HAPI looks them up by canonical URL. */
    public IValidationSupport support() {
        PrePopulatedValidationSupport support = new PrePopulatedValidationSupport(context);
        definitionsOf(StructureDefinition.class).forEach(support::addStructureDefinition);
        return support;
    }

    /** Returns the search parameters. */
    public List<SearchParameter> searchParameters() {
        return definitionsOf(SearchParameter.class);
    }

    /** Returns what this server claims: rules that it instantiates, profiles that it supports, their operations. */
    public List<CapabilityStatement> capabilityStatements() {
        return definitionsOf(CapabilityStatement.class);
    }

    private <T> List<T> definitionsOf(Class<T> type) {
        return definitions.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static List<Resource> files(Path directory) {
        String folder = Files.isDirectory(directory) ? directory.toUri().toString() : "classpath:/fhir-profiles/";
        try {
            return Arrays.asList(new PathMatchingResourcePatternResolver().getResources(folder + "*.json"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list the profiles in " + folder, e);
        }
    }

    private MetadataResource read(Resource file) {
        try (InputStream content = file.getInputStream()) {
            return (MetadataResource) context.newJsonParser().parseResource(content);
        } catch (DataFormatException | ClassCastException e) {
            throw new IllegalStateException(
                    "Not a StructureDefinition, SearchParameter or CapabilityStatement of FHIR R4: "
                            + file.getDescription(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file.getDescription(), e);
        }
    }
}
