package health.salus.hl7v2;

import health.salus.fhir.ResourceWriter;
import health.salus.fhir.WriteOrigin;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Takes what would be written, answers as the store would, and writes nothing. */
final class RecordedWrites implements ResourceWriter {

    private final List<BundleEntryComponent> entries = new ArrayList<>();

    @Override
    public Bundle transaction(WriteOrigin origin, Bundle transaction) {
        Bundle response = new Bundle();
        response.setType(Bundle.BundleType.TRANSACTIONRESPONSE);
        transaction.getEntry().forEach(entry -> {
            entries.add(entry.copy());
            boolean made = entry.getRequest().getMethod() == HTTPVerb.POST;
            String place = made
                    ? entry.getResource().fhirType() + "/" + UUID.randomUUID()
                    : entry.getRequest().getUrl();
            response.addEntry()
                    .getResponse()
                    .setStatus(made ? "201 Created" : "200 OK")
                    .setLocation(place + "/_history/1");
        });
        return response;
    }

    /** Everything that would have been written, in order. */
    List<BundleEntryComponent> entries() {
        return List.copyOf(entries);
    }
}
