package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

import java.util.List;

/** Answers 406 where no format is acceptable that FHIR has, https://hl7.org/fhir/R4/http.html#mime-type. */
@Interceptor
@Component
class AcceptInterceptor {

    private static final List<MediaType> FORMATS = List.of(
            MediaType.parseMediaType("application/fhir+json"),
            MediaType.APPLICATION_JSON,
            MediaType.parseMediaType("application/fhir+xml"),
            MediaType.APPLICATION_XML,
            MediaType.TEXT_XML,
            MediaType.parseMediaType("text/turtle"));

    // It answers with a file, whatever is asked for.
    private static final String BULK_FILE = "$bulk-file";

    /** Looks at {@code _format}, which wins, and at the Accept header. A Binary comes in the format of its content. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void onRequest(ServletRequestDetails request) {
        if ("Binary".equals(request.getResourceName()) || BULK_FILE.equals(request.getOperation())) {
            return;
        }
        String[] formats = request.getParameters().get(Constants.PARAM_FORMAT);
        boolean possible = formats == null
                ? isAcceptable(request.getServletRequest().getHeader(HttpHeaders.ACCEPT))
                : List.of(formats).stream().allMatch(AcceptInterceptor::isFormat);
        if (!possible) {
            throw new UnclassifiedServerFailureException(
                    HttpStatus.NOT_ACCEPTABLE.value(),
                    "This server answers in application/fhir+json, application/fhir+xml and text/turtle");
        }
    }

    private static boolean isFormat(String name) {
        // A plus sign in a URL arrives as a space.
        String format = name.replace(' ', '+');
        return EncodingEnum.forContentType(format) != null || isAcceptable(format);
    }

    private static boolean isAcceptable(@Nullable String accept) {
        try {
            List<MediaType> types = MediaType.parseMediaTypes(accept);
            return types.isEmpty()
                    || types.stream()
                            .anyMatch(type ->
                                    EncodingEnum.forContentType(type.getType() + "/" + type.getSubtype()) != null
                                            || FORMATS.stream().anyMatch(type::isCompatibleWith));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }
}
