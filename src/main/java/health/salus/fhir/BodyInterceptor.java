package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.util.FhirTerser;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DecimalType;
import org.springframework.stereotype.Component;

/** Keeps and refuses, but never drops: what arrives comes back as it was, or does not come in. */
@Interceptor
@Component
class BodyInterceptor {

    private static final int LARGEST_SCALE = 320;

    private final FhirTerser terser;

    BodyInterceptor(FhirContext context) {
        this.terser = context.newTerser();
    }

    /** Looks at the text of a body before HAPI reads it. The bytes of a Binary are nobody's business, a query is no resource. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void onRequest(ServletRequestDetails request) {
        if ("Binary".equals(request.getResourceName()) || GraphOperation.NAME.equals(request.getOperation())) {
            return;
        }
        String type = request.getServletRequest().getContentType();
        EncodingEnum encoding = encoding(request);
        boolean isPatch = type != null && type.startsWith(Constants.CT_JSON_PATCH);
        if (!isPatch && encoding != EncodingEnum.JSON && encoding != EncodingEnum.XML) {
            return;
        }
        byte[] body = request.loadRequestContents();
        if (body == null || body.length == 0) {
            return;
        }
        if (isPatch) {
            JsonBody.requireText(body);
        } else if (encoding == EncodingEnum.XML) {
            XmlBody.check(body);
        } else {
            request.setRequestContents(JsonBody.checked(body));
        }
    }

    /** Looks at a resource that came as XML, where a text does not tell what is a number. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
    public void onResource(RequestDetails request) {
        IBaseResource resource = request.getResource();
        if (resource != null
                && request instanceof ServletRequestDetails servlet
                && encoding(servlet) == EncodingEnum.XML) {
            terser.getAllPopulatedChildElementsOfType(resource, DecimalType.class)
                    .forEach(BodyInterceptor::requireShort);
        }
    }

    private static void requireShort(DecimalType number) {
        if (number.hasValue() && Math.abs((long) number.getValue().scale()) > LARGEST_SCALE) {
            throw new InvalidRequestException("A number has an exponent beyond 300");
        }
    }

    private static EncodingEnum encoding(ServletRequestDetails request) {
        String type = request.getServletRequest().getContentType();
        EncodingEnum encoding = type == null ? null : EncodingEnum.forContentType(type);
        return encoding == null ? EncodingEnum.RDF : encoding;
    }
}
