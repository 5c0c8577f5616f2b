package health.salus.bulk;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import com.fasterxml.jackson.databind.JsonNode;
import health.salus.blob.BlobId;
import health.salus.blob.StoredBlob;
import health.salus.fhir.BinaryAccess;
import health.salus.smart.BulkRights;
import health.salus.tenant.SharedTypes;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.stereotype.Component;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Understands which files a client wants to be taken in, and holds it to what its token allows. */
@Component
class ImportOrders {

    // What others refer to comes first, so that few lines have to wait.
    private static final List<String> FIRST = List.of(
            "Organization",
            "Location",
            "Practitioner",
            "PractitionerRole",
            "Medication",
            "Device",
            "Patient",
            "RelatedPerson",
            "EpisodeOfCare",
            "Encounter",
            "CareTeam",
            "Condition",
            "MedicationRequest",
            "ServiceRequest",
            "Specimen",
            "Observation",
            "DiagnosticReport",
            "Claim",
            "ExplanationOfBenefit",
            "Provenance");
    private static final Set<String> NEVER = Set.of("AuditEvent", "OperationOutcome", "Parameters");
    private static final Set<String> FORMATS = Set.of("application/fhir+ndjson", "application/ndjson", "ndjson");
    private static final Pattern BINARY = Pattern.compile("Binary/[A-Za-z0-9.-]{1,64}");
    private static final int MOST_INPUTS = 1000;

    private final FhirContext context;
    private final BinaryAccess binaries;
    private final RemoteInputs remote;

    ImportOrders(FhirContext context, BinaryAccess binaries, RemoteInputs remote) {
        this.context = context;
        this.binaries = binaries;
        this.remote = remote;
    }

    /**
     * Returns the inputs that a manifest names, in the order in which they are taken in.
     *
     * @throws InvalidRequestException     400 if something in it is not understood
     * @throws ForbiddenOperationException 403 if the token may not write a type
     */
    List<ImportInput> inputs(JsonNode manifest, RequestDetails request) {
        if (!FORMATS.contains(manifest.path("inputFormat").asText("application/fhir+ndjson"))) {
            throw new InvalidRequestException("inputFormat: files have to be application/fhir+ndjson");
        }
        JsonNode listed = manifest.has("input") ? manifest.get("input") : manifest.path("inputDetails");
        if (!listed.isArray() || listed.isEmpty() || listed.size() > MOST_INPUTS) {
            throw new InvalidRequestException(
                    "input: a list of 1 to " + MOST_INPUTS + " files, each with type and url");
        }
        BulkRights rights = BulkRights.of(request);
        List<Named> named = new ArrayList<>();
        for (JsonNode input : listed) {
            named.add(named(input, rights, request));
        }
        named.sort(Comparator.comparingInt(input -> rank(input.type())));
        List<ImportInput> inputs = new ArrayList<>();
        for (Named input : named) {
            inputs.add(new ImportInput(inputs.size() + 1, input.type(), input.url(), input.blob(), false, 0, 0, false));
        }
        return inputs;
    }

    private Named named(JsonNode input, BulkRights rights, RequestDetails request) {
        String type = input.path("type").asText("");
        String url = input.path("url").asText("");
        if (!context.getResourceTypes().contains(type) || NEVER.contains(type)) {
            throw new InvalidRequestException("input.type: a FHIR R4 resource type that can be imported");
        }
        if (SharedTypes.contains(type) || !rights.mayImport(type)) {
            throw new ForbiddenOperationException("The scopes of the token do not allow to import " + type);
        }
        return new Named(type, url, blob(url, request));
    }

    /** The bytes of an upload; nothing for what is fetched when the job runs. */
    private Optional<BlobId> blob(String url, RequestDetails request) {
        String base = request.getFhirServerBase() + "/";
        String path = url.startsWith(base) ? url.substring(base.length()) : url;
        if (BINARY.matcher(path).matches()) {
            return Optional.of(binaries.blob(new IdType(path), request)
                    .map(StoredBlob::id)
                    .orElseThrow(() -> new InvalidRequestException("input.url: there is no such Binary with content")));
        }
        if (!isAddress(url)) {
            throw new InvalidRequestException(
                    "input.url: Binary/[id] of an upload, or the address of a file at one of the"
                            + " servers in salus.bulk.import-hosts");
        }
        return Optional.empty();
    }

    private boolean isAddress(String url) {
        try {
            return remote.mayBeAt(URI.create(url));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int rank(String type) {
        int place = FIRST.indexOf(type);
        return place < 0 ? FIRST.size() : place;
    }

    private record Named(String type, String url, Optional<BlobId> blob) {}
}
