package health.salus.bulk;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import health.salus.fhir.FhirOperations;
import health.salus.smart.BulkRights;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code $import}: takes in NDJSON from uploads and from other servers. A resource with an id is written under that id, one
 * without gets one; what is the same already stays as it is.
 *
 * @see <a href="https://github.com/smart-on-fhir/bulk-import/blob/master/import-manifest.md">the Bulk Import proposal</a>
 */
@Component
class ImportOperations implements FhirOperations {

    private final FhirContext context;
    private final ImportOrders orders;
    private final ImportInputs inputs;
    private final KickOff kickOff;
    private final ObjectMapper json;

    ImportOperations(
            FhirContext context, ImportOrders orders, ImportInputs inputs, KickOff kickOff, ObjectMapper json) {
        this.context = context;
        this.orders = orders;
        this.inputs = inputs;
        this.kickOff = kickOff;
        this.json = json;
    }

    /**
     * Takes {@code Parameters} or a JSON object with {@code inputFormat} (ndjson), {@code inputSource} and
     * {@code storageDetail} (both for the client's own use), and {@code input} with {@code type} and {@code url}, repeated.
     * 202 with the address of the job in {@code Content-Location}; 400 if something is not understood, 403 if the token does
     * not open a type for writing, 429 if the client has too many unfinished jobs.
     */
    @Operation(name = "$import", manualRequest = true, manualResponse = true)
    public void begin(ServletRequestDetails request) throws IOException {
        AskedFor.requireAsynchronous(request);
        List<ImportInput> wanted = orders.inputs(manifest(request), request);
        ImportOrder order = new ImportOrder(
                request.getFhirServerBase(),
                wanted.stream().map(ImportInput::type).distinct().toList(),
                BulkRights.of(request).maySearchEverything());
        kickOff.begin(BulkJob.Kind.IMPORT, order, request, job -> inputs.add(job, wanted));
    }

    private JsonNode manifest(ServletRequestDetails request) throws IOException {
        String body = new String(request.loadRequestContents(), StandardCharsets.UTF_8);
        EncodingEnum encoding = EncodingEnum.detectEncodingNoDefault(body);
        if (encoding == EncodingEnum.JSON) {
            JsonNode manifest = read(body);
            if (manifest.isObject() && !manifest.has("resourceType")) {
                return manifest;
            }
        }
        if (encoding != null && encoding.newParser(context).parseResource(body) instanceof Parameters parameters) {
            return manifest(parameters);
        }
        throw new InvalidRequestException("Send a manifest, as JSON or as a FHIR resource of type Parameters");
    }

    private JsonNode read(String body) {
        try {
            return json.readTree(body);
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException("The manifest is no JSON");
        }
    }

    private JsonNode manifest(Parameters parameters) {
        ObjectNode manifest = json.createObjectNode();
        for (ParametersParameterComponent parameter : parameters.getParameter()) {
            if ("input".equals(parameter.getName())) {
                ObjectNode input = manifest.withArray("input").addObject();
                parameter.getPart().forEach(part -> put(input, part));
            } else {
                put(manifest, parameter);
            }
        }
        return manifest;
    }

    private static void put(ObjectNode object, ParametersParameterComponent parameter) {
        if (parameter.getName() != null
                && parameter.getValue() != null
                && parameter.getValue().isPrimitive()) {
            object.put(parameter.getName(), parameter.getValue().primitiveValue());
        }
    }
}
