package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import health.salus.tenant.TenantId;
import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A feed that uses a number twice does not move a result to another patient. */
class SubjectGuardIT {

    private static final String NUMBER = "urn:example:results|twice";

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @Test
    void resultStaysWithItsPatient() {
        String first = client.create(Records.patient("Erst")).getIdElement().getIdPart();
        send("Patient/" + first, "Nach");
        send("Patient/" + first, "Nach");

        assertThatThrownBy(() -> sendForNewPatient("Zweit"))
                .isInstanceOf(UnprocessableEntityException.class)
                .hasMessageContaining("another patient");
        assertThat(client.search("/Observation?identifier=" + FhirClient.encode(NUMBER)))
                .singleElement()
                .satisfies(it -> assertThat(((Observation) it).getSubject().getReference())
                        .isEqualTo("Patient/" + first));
        assertThat(client.search("/Patient?family=Zweit")).isEmpty();
    }

    private void send(String subject, String note) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        update(transaction, subject, note);
        write(transaction);
    }

    private void sendForNewPatient(String family) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        String url = "urn:uuid:5f0a3b8e-6a0e-4b8e-9a44-0d9c1b7e2f10";
        add(transaction, Records.patient(family), HTTPVerb.POST, "Patient").setFullUrl(url);
        update(transaction, url, "Nach");
        write(transaction);
    }

    private static void update(Bundle transaction, String subject, String note) {
        Observation observation = Records.observation(subject);
        observation.addIdentifier().setSystem("urn:example:results").setValue("twice");
        observation.addNote().setText(note);
        add(transaction, observation, HTTPVerb.PUT, "Observation?identifier=" + NUMBER);
    }

    private static Bundle.BundleEntryComponent add(Bundle transaction, Resource resource, HTTPVerb verb, String url) {
        Bundle.BundleEntryComponent entry = transaction.addEntry().setResource(resource);
        entry.getRequest().setMethod(verb).setUrl(url);
        return entry;
    }

    private void write(Bundle transaction) {
        server.bean(ResourceWriter.class).transaction(new WriteOrigin(TenantId.DEFAULT, "test"), transaction);
    }
}
