package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Reads resources that are no body of a request, with the same care: what comes in is kept or refused, never dropped. */
@Component
public class IncomingJson {

    private final FhirContext context;
    private final AttachmentWalk walk;
    private final OwnAddress address;
    private final OwnBaseInterceptor references;

    IncomingJson(FhirContext context, AttachmentWalk walk, OwnAddress address, OwnBaseInterceptor references) {
        this.context = context;
        this.walk = walk;
        this.address = address;
        this.references = references;
    }

    /**
     * Reads one resource.
     *
     * @param json one JSON object in UTF-8
     * @param base the FHIR base of the tenant without a slash at its end; addresses below it become relative
     * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException with a status of 4xx, or
     * @throws ca.uhn.fhir.parser.DataFormatException if it is no FHIR R4 resource, or one of which something would be lost
     */
    public Resource read(byte[] json, String base) {
        JsonNumberGuard numbers = new JsonNumberGuard();
        for (byte next : json) {
            numbers.next(next);
        }
        String text = new String(JsonBody.checked(json), StandardCharsets.UTF_8);
        IBaseResource resource = context.newJsonParser().parseResource(text);
        SystemRequestDetails request = new SystemRequestDetails();
        request.setFhirServerBase(base);
        if (text.contains(base + "/")) {
            references.shorten(resource, base);
        }
        walk.carriers((Resource) resource).forEach(carrier -> {
            AttachmentInterceptor.refuseForeign(carrier.reserved(), Set.of());
            address.makeRelative(carrier, request);
        });
        return (Resource) resource;
    }
}
