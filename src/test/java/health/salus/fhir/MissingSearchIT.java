package health.salus.fhir;

import health.salus.tenant.TenantId;
import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** The modifier {@code :missing}, https://hl7.org/fhir/R4/search.html#modifiers, for each type of parameter. */
class MissingSearchIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));

    @Test
    void tellsByEveryTypeOfParameterWhetherThereIsAValue() {
        String patient = "Patient/"
                + client.create(Records.patient("Fehler")).getIdElement().getIdPart();
        Observation full = Records.observation(patient);
        Observation bare = new Observation();
        bare.setStatus(Observation.ObservationStatus.FINAL).setSubject(new Reference(patient));
        String with = client.create(full).getIdElement().getIdPart();
        String without = client.create(bare).getIdElement().getIdPart();

        for (String name : List.of("date", "code", "value-quantity")) {
            String search = "/Observation?subject=" + patient + "&" + name + ":missing=";
            assertThat(ids(search + "true")).as(name).containsExactly(without);
            assertThat(ids(search + "false")).as(name).containsExactly(with);
        }
        assertThat(ids("/Observation?_id=" + with + "&encounter:missing=true")).containsExactly(with);
        assertThat(ids("/Observation?_id=" + with + "&encounter:missing=false")).isEmpty();
        assertThat(ids("/Observation?_id=" + with + "&subject:missing=false")).containsExactly(with);
        assertThat(ids("/Observation?_id=" + with + "&subject:missing=true")).isEmpty();
    }

    @Test
    void knowsStringsNumbersAndUris() {
        String patient =
                client.create(new Patient().setActive(true)).getIdElement().getIdPart();
        assertThat(ids("/Patient?_id=" + patient + "&family:missing=true")).containsExactly(patient);
        assertThat(ids("/Patient?_id=" + patient + "&family:missing=false")).isEmpty();

        RiskAssessment risk = new RiskAssessment().setSubject(new Reference("Patient/" + patient));
        risk.setStatus(RiskAssessment.RiskAssessmentStatus.FINAL);
        String assessed = client.create(risk).getIdElement().getIdPart();
        assertThat(ids("/RiskAssessment?_id=" + assessed + "&probability:missing=true"))
                .containsExactly(assessed);

        CarePlan plan = new CarePlan().setSubject(risk.getSubject()).addInstantiatesUri("https://example.org/missing");
        plan.setStatus(CarePlan.CarePlanStatus.ACTIVE).setIntent(CarePlan.CarePlanIntent.PLAN);
        String planned = client.create(plan).getIdElement().getIdPart();
        assertThat(ids("/CarePlan?_id=" + planned + "&instantiates-uri:missing=false"))
                .containsExactly(planned);
        assertThat(ids("/CarePlan?_id=" + planned + "&instantiates-uri:missing=true"))
                .isEmpty();
    }

    @Test
    void looksIntoNoOtherTenant() {
        Observation there = new Observation();
        there.setStatus(Observation.ObservationStatus.FINAL)
                .setValue(new Quantity(1))
                .setId("missing-in-the-north");
        Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(there)
                .getRequest()
                .setMethod(Bundle.HTTPVerb.PUT)
                .setUrl("Observation/missing-in-the-north");
        server.bean(ResourceWriter.class).transaction(new WriteOrigin(new TenantId("north"), "test"), transaction);

        for (String query : List.of("code:missing=true", "subject:missing=true", "value-quantity:missing=false")) {
            assertThat(ids("/Observation?_count=1000&" + query)).as(query).doesNotContain("missing-in-the-north");
        }
    }

    @Test
    void takesTrueOrFalseOnly() {
        assertThat(client.get("/Observation?code:missing=maybe").status()).isEqualTo(400);
    }

    private List<String> ids(String query) {
        return client.search(query).stream()
                .map(it -> it.getIdElement().getIdPart())
                .toList();
    }
}
