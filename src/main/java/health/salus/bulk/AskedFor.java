package health.salus.bulk;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of an asynchronous request, from its address or its body, and how the client wants them treated.
 *
 * @param values  by name, in their order
 * @param lenient whether what is not understood is left aside instead of refused
 * @param ignored what was left aside, in words for the client
 */
record AskedFor(Map<String, List<String>> values, boolean lenient, List<String> ignored) {

    /**
     * Reads a request.
     *
     * @throws InvalidRequestException 400 if it does not ask for an asynchronous answer, or the body is not
     *     {@code Parameters}
     */
    static AskedFor of(RequestDetails request, FhirContext context) {
        String prefer = String.join(",", request.getHeaders("Prefer")).replace(" ", "");
        List<String> wishes = Arrays.asList(prefer.split("[,;]"));
        if (!wishes.contains("respond-async")) {
            throw new InvalidRequestException(
                    "This takes its time; ask for it with the header 'Prefer: respond-async'");
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        request.getParameters()
                .forEach((name, all) ->
                        values.computeIfAbsent(name, key -> new ArrayList<>()).addAll(Arrays.asList(all)));
        byte[] body = request.loadRequestContents();
        if (body != null && body.length > 0) {
            addBody(values, body, request, context);
        }
        return new AskedFor(values, wishes(request).contains("handling=lenient"), new ArrayList<>());
    }

    /** Answers 400 to a client that would wait for the whole answer. */
    static void requireAsynchronous(RequestDetails request) {
        if (!wishes(request).contains("respond-async")) {
            throw new InvalidRequestException(
                    "This takes its time; ask for it with the header 'Prefer: respond-async'");
        }
    }

    private static List<String> wishes(RequestDetails request) {
        String prefer = String.join(",", request.getHeaders("Prefer")).replace(" ", "");
        return Arrays.asList(prefer.split("[,;]"));
    }

    /** The values of a parameter that can be repeated, or written as one with commas. */
    List<String> list(String name) {
        return values.getOrDefault(name, List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList();
    }

    /** Leaves something aside for a lenient client, and answers 400 to any other. */
    void refuse(String why) {
        if (!lenient) {
            throw new InvalidRequestException(why + " (with 'Prefer: handling=lenient' it is left aside)");
        }
        ignored.add(why + "; it was left aside");
    }

    private static void addBody(
            Map<String, List<String>> values, byte[] body, RequestDetails request, FhirContext context) {
        EncodingEnum encoding = EncodingEnum.detectEncodingNoDefault(new String(body, StandardCharsets.UTF_8));
        IBaseResource resource = encoding == null
                ? null
                : encoding.newParser(context).parseResource(new String(body, StandardCharsets.UTF_8));
        if (!(resource instanceof Parameters parameters)) {
            throw new InvalidRequestException("Send the parameters as a FHIR resource of type Parameters");
        }
        parameters
                .getParameter()
                .forEach(parameter -> values.computeIfAbsent(parameter.getName(), key -> new ArrayList<>())
                        .add(text(parameter.getName(), parameter.getValue())));
    }

    private static String text(String name, @Nullable Type value) {
        if (value instanceof Reference reference && reference.hasReference()) {
            return reference.getReference();
        }
        if (value == null || !value.isPrimitive() || value.primitiveValue() == null) {
            throw new InvalidRequestException("The parameter " + name + " needs a primitive value or a Reference");
        }
        return value.primitiveValue();
    }
}
