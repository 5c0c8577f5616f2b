package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.springframework.stereotype.Component;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Refuses search parameters that cost far more to answer than to send, or that the database cannot hold. */
@Interceptor
@Component
class ParameterInterceptor {

    private static final int MOST_VALUES = 100;
    private static final Set<RestSearchParameterTypeEnum> NUMERIC = EnumSet.of(
            RestSearchParameterTypeEnum.NUMBER,
            RestSearchParameterTypeEnum.QUANTITY,
            RestSearchParameterTypeEnum.COMPOSITE);
    private static final Pattern HUGE_NUMBER =
            Pattern.compile("(^|[$,])[a-z]{0,2}[-+]?[0-9.]+[eE][-+]?[0-9]{3,}($|[$,|])");

    private final Set<String> numericNames;

    ParameterInterceptor(FhirContext context) {
        this.numericNames = context.getResourceTypes().stream()
                .flatMap(type -> context.getResourceDefinition(type).getSearchParams().stream())
                .filter(parameter -> NUMERIC.contains(parameter.getParamType()))
                .map(RuntimeSearchParam::getName)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Runs before anything is looked up; answers 400. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void onRequest(RequestDetails request) {
        int values = request.getParameters().values().stream()
                .mapToInt(it -> it.length)
                .sum();
        if (values > MOST_VALUES) {
            throw new InvalidRequestException("A search has at most " + MOST_VALUES + " parameters");
        }
        if (request.getRestOperationType() == RestOperationTypeEnum.SEARCH_TYPE && !isLenient(request)) {
            request.getParameters().keySet().forEach(ResultParameters::requireKnown);
        }
        request.getParameters().forEach((name, all) -> Arrays.stream(all).forEach(value -> check(name, value)));
    }

    private static boolean isLenient(RequestDetails request) {
        String prefer = request.getHeader(Constants.HEADER_PREFER);
        return prefer != null && prefer.contains("handling=lenient");
    }

    /** Refuses a value that is too much for a parameter; answers 400. */
    void check(String name, String value) {
        if (value.indexOf('\0') >= 0) {
            throw new InvalidRequestException("A parameter contains the character NUL");
        }
        ResultParameters.check(name, value);
        if (isNumeric(name) && HUGE_NUMBER.matcher(value).find()) {
            throw new InvalidRequestException("A number has an exponent of more than two digits");
        }
    }

    // A name may have a modifier behind a colon and a chain before it, with dots or in _has with colons.
    private boolean isNumeric(String name) {
        return Arrays.stream(name.split("[.:]")).anyMatch(numericNames::contains);
    }
}
