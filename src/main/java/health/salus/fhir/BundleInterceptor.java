package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Holds batches and transactions to https://hl7.org/fhir/R4/bundle.html, before anybody asks what their entries may do. A
 * Bundle with an entry that says nothing to do is no batch (rule bdl-3), so all of it is refused.
 */
@Interceptor(order = Integer.MIN_VALUE)
@Component
class BundleInterceptor {

    private static final Set<Bundle.BundleType> REQUESTS =
            EnumSet.of(Bundle.BundleType.BATCH, Bundle.BundleType.TRANSACTION);
    private static final Set<HTTPVerb> WITH_RESOURCE = EnumSet.of(HTTPVerb.POST, HTTPVerb.PUT, HTTPVerb.PATCH);

    private final FhirContext context;
    private final FhirSettings limits;

    BundleInterceptor(FhirContext context, FhirSettings limits) {
        this.context = context;
        this.limits = limits;
    }

    /** Answers 400 to what is no batch or transaction, and 413 to what is too large a one. */
    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
    public void onRequest(RequestDetails request) {
        if (request.getResourceName() != null
                || request.getOperation() != null && request.getOperation().startsWith("$")
                || !(request.getResource() instanceof Bundle bundle)) {
            return;
        }
        if (bundle.getType() == null || !REQUESTS.contains(bundle.getType())) {
            throw new InvalidRequestException("Send a Bundle of type batch or transaction here");
        }
        if (bundle.getEntry().size() > limits.maxBundleEntries()) {
            throw new PayloadTooLargeException("The Bundle has more than the " + limits.maxBundleEntries()
                    + " entries that this server takes (salus.fhir.max-bundle-entries)");
        }
        List<BundleEntryComponent> entries = bundle.getEntry();
        for (int index = 0; index < entries.size(); index++) {
            String problem = problem(entries.get(index));
            if (problem != null) {
                throw new InvalidRequestException("Bundle.entry[" + index + "]: " + problem);
            }
        }
    }

    /** Writes the ETags of the answer as the specification does, {@code W/"1"}; HAPI writes the bare number. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(@Nullable IBaseResource answer) {
        if (answer instanceof Bundle bundle) {
            bundle.getEntry().stream()
                    .map(BundleEntryComponent::getResponse)
                    .filter(response -> response.hasEtag() && response.getEtag().matches("[0-9]+"))
                    .forEach(response -> response.setEtag("W/\"" + response.getEtag() + "\""));
        }
    }

    private @Nullable String problem(BundleEntryComponent entry) {
        BundleEntryRequestComponent request = entry.getRequest();
        if (!request.hasMethod() || !request.hasUrl()) {
            return "an entry needs request.method and request.url";
        }
        HTTPVerb method = request.getMethod();
        if (method == HTTPVerb.HEAD) {
            return "this server does not know HEAD in a Bundle; use GET";
        }
        // A resource without elements is one too, though hasResource() says that there is none.
        if (WITH_RESOURCE.contains(method) && entry.getResource() == null) {
            return method + " needs a resource";
        }
        ConditionInterceptor.requireVersion(request.getIfMatch());
        return addressProblem(entry, request.getUrl());
    }

    private @Nullable String addressProblem(BundleEntryComponent entry, String url) {
        String[] path = url.split("\\?", 2)[0].split("/");
        String type = path[0];
        boolean plain = path.length == 1 && Character.isUpperCase(type.isEmpty() ? ' ' : type.charAt(0));
        if (plain && !context.getResourceTypes().contains(type)) {
            return "there is no resource type '" + type + "'";
        }
        HTTPVerb method = entry.getRequest().getMethod();
        if (plain && (method == HTTPVerb.PUT || method == HTTPVerb.DELETE) && !url.contains("?")) {
            return method + " needs an id or a condition in request.url";
        }
        if (plain && method == HTTPVerb.POST && !entry.getResource().fhirType().equals(type)) {
            return "the resource is not of the type that request.url says";
        }
        return null;
    }
}
