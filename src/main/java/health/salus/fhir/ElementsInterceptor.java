package health.salus.fhir;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.springframework.stereotype.Component;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shows mandatory elements whether {@code _elements} asks for them or not, https://hl7.org/fhir/R4/search.html#elements. */
@Interceptor
@Component
class ElementsInterceptor {

    private final FhirContext context;

    ElementsInterceptor(FhirContext context) {
        this.context = context;
    }

    /** Adds them to what is asked for; HAPI shows only what it reads there. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void onRequest(RequestDetails request) {
        String[] asked = request.getParameters().get(Constants.PARAM_ELEMENTS);
        String type = request.getResourceName();
        // An export from a Group is about other types.
        boolean isOperation =
                request.getOperation() != null && request.getOperation().startsWith("$");
        if (asked == null
                || type == null
                || isOperation
                || !context.getResourceTypes().contains(type)) {
            return;
        }
        String mandatory = context.getResourceDefinition(type).getChildren().stream()
                .filter(child -> child.getMin() > 0)
                .map(BaseRuntimeChildDefinition::getElementName)
                .filter(name -> !name.endsWith("[x]"))
                .collect(Collectors.joining(","));
        if (!mandatory.isEmpty()) {
            Map<String, String[]> parameters = new LinkedHashMap<>(request.getParameters());
            parameters.put(
                    Constants.PARAM_ELEMENTS,
                    Stream.concat(Stream.of(asked), Stream.of(mandatory)).toArray(String[]::new));
            request.setParameters(parameters);
        }
    }
}
