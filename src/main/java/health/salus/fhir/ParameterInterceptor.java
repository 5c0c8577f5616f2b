package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.springframework.stereotype.Component;

import java.util.Arrays;
import java.util.regex.Pattern;

/** Refuses search parameters that cost far more to answer than to send, or that the database cannot hold. */
@Interceptor
@Component
class ParameterInterceptor {

    private static final int MOST_VALUES = 100;
    private static final Pattern HUGE_NUMBER = Pattern.compile("[a-z]{0,2}[-+]?[0-9.]+[eE][-+]?[0-9]{3,}.*");

    /** Runs before anything is looked up; answers 400. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void onRequest(RequestDetails request) {
        int values = 0;
        for (String[] parameter : request.getParameters().values()) {
            values += parameter.length;
            Arrays.stream(parameter).forEach(ParameterInterceptor::check);
        }
        if (values > MOST_VALUES) {
            throw new InvalidRequestException("A search has at most " + MOST_VALUES + " parameters");
        }
    }

    private static void check(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new InvalidRequestException("A parameter contains the character NUL");
        }
        if (HUGE_NUMBER.matcher(value).matches()) {
            throw new InvalidRequestException("A number has an exponent of more than two digits");
        }
    }
}
