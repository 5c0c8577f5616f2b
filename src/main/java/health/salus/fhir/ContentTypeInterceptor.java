package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import java.util.EnumSet;
import java.util.Set;

/** Answers 415 to a resource in a format that is not FHIR's, as https://hl7.org/fhir/R4/http.html#mime-type asks. */
@Interceptor
@Component
class ContentTypeInterceptor {

    private static final Set<RestOperationTypeEnum> CARRY_A_RESOURCE = EnumSet.of(
            RestOperationTypeEnum.CREATE,
            RestOperationTypeEnum.UPDATE,
            RestOperationTypeEnum.TRANSACTION,
            RestOperationTypeEnum.BATCH);

    /** Looks at the Content-Type before the body is read. A Binary may come in any type: it is its content. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void onRequest(ServletRequestDetails request) {
        if (!CARRY_A_RESOURCE.contains(request.getRestOperationType()) || "Binary".equals(request.getResourceName())) {
            return;
        }
        String contentType = request.getServletRequest().getContentType();
        if (contentType == null || EncodingEnum.forContentType(contentType) == null) {
            throw new UnclassifiedServerFailureException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE.value(),
                    "Send resources as 'Content-Type: application/fhir+json' or 'application/fhir+xml'");
        }
    }
}
