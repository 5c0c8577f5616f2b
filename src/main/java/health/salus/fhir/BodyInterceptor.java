package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.util.FhirTerser;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.springframework.stereotype.Component;

/** Keeps and refuses, but never drops: what arrives comes back as it was, or does not come in. */
@Interceptor
@Component
class BodyInterceptor {

    private static final int LARGEST_EXPONENT = 99;

    private final FhirTerser terser;

    BodyInterceptor(FhirContext context) {
        this.terser = context.newTerser();
    }

    /** Looks at the text of a JSON body before HAPI reads it. The bytes of a Binary are nobody's business. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
    public void onRequest(ServletRequestDetails request) {
        if (encoding(request) == EncodingEnum.JSON && !"Binary".equals(request.getResourceName())) {
            byte[] body = request.loadRequestContents();
            if (body != null && body.length > 0) {
                request.setRequestContents(JsonBody.checked(body));
            }
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
            terser.getAllPopulatedChildElementsOfType(resource, PrimitiveType.class)
                    .forEach(BodyInterceptor::requireKept);
        }
    }

    private static void requireShort(DecimalType number) {
        if (number.hasValue() && Math.abs((long) number.getValue().scale()) > LARGEST_EXPONENT) {
            throw new InvalidRequestException("A number has an exponent of more than two digits");
        }
    }

    private static void requireKept(PrimitiveType<?> value) {
        if (value.hasId() && !value.hasExtension()) {
            throw new UnprocessableEntityException("A value of type " + value.fhirType()
                    + " has an id and no extension, which this server cannot keep; remove the id");
        }
    }

    private static EncodingEnum encoding(ServletRequestDetails request) {
        String type = request.getServletRequest().getContentType();
        EncodingEnum encoding = type == null ? null : EncodingEnum.forContentType(type);
        return encoding == null ? EncodingEnum.RDF : encoding;
    }
}
