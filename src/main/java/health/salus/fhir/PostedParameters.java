package health.salus.fhir;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The parameters of an operation that came as a resource, where those of the URL are looked for:
 * https://hl7.org/fhir/R4/operations.html#executing.
 */
final class PostedParameters {

    private PostedParameters() {}

    /**
     * Returns the parameters of the URL and of the body.
     *
     * @throws InvalidRequestException if the body is something else than Parameters with simple values
     */
    static Map<String, String[]> of(ServletRequestDetails request) {
        Map<String, String[]> all = new LinkedHashMap<>(request.getParameters());
        for (ParametersParameterComponent parameter : body(request).getParameter()) {
            if (!parameter.hasName()
                    || !parameter.hasValue()
                    || !parameter.getValue().isPrimitive()) {
                throw new InvalidRequestException("A parameter of this operation has a name and one simple value");
            }
            all.merge(
                    parameter.getName(),
                    new String[] {parameter.getValue().primitiveValue()},
                    (some, more) ->
                            Stream.of(some, more).flatMap(Arrays::stream).toArray(String[]::new));
        }
        return all;
    }

    /**
     * Returns the parameters of the URL, as texts, and those of the body, in one resource.
     *
     * @throws InvalidRequestException if the body is something else than Parameters
     */
    static Parameters all(ServletRequestDetails request) {
        Parameters all = body(request);
        request.getParameters().forEach((name, values) -> {
            for (String value : values) {
                all.addParameter(name, value);
            }
        });
        return all;
    }

    private static Parameters body(ServletRequestDetails request) {
        String type = request.getServletRequest().getContentType();
        EncodingEnum encoding = type == null ? null : EncodingEnum.forContentType(type);
        byte[] body = request.loadRequestContents();
        return encoding == null || body == null || body.length == 0 ? new Parameters() : read(request, encoding, body);
    }

    private static Parameters read(ServletRequestDetails request, EncodingEnum encoding, byte[] body) {
        try {
            return Objects.requireNonNull(encoding.newParser(request.getFhirContext())
                    .parseResource(Parameters.class, new String(body, StandardCharsets.UTF_8)));
        } catch (DataFormatException | ClassCastException e) {
            throw new InvalidRequestException("Send the parameters of this operation as a resource 'Parameters'");
        }
    }
}
