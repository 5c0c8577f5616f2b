package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** The history of a resource, a type and the system, https://hl7.org/fhir/R4/http.html#history. */
class HistoryIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String put = "put-" + UUID.randomUUID();
    private final String posted;
    private final String start;

    HistoryIT() {
        Patient first = client.create(Records.patient("Verlauf"));
        posted = first.getIdElement().getIdPart();
        start = new InstantType(first.getMeta().getLastUpdated()).getValueAsString();
        write("Verlauf", 201);
        write("Verlauf-Neu", 200);
        assertThat(client.delete("/Patient/" + put).status()).isIn(200, 204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/Patient/%s/_history?", "/Patient/_history?", "/_history?"})
    void saysHowEachVersionCameAbout(String path) {
        List<BundleEntryComponent> versions = history(path.formatted(put) + "_count=1000&_since=" + start(), put);

        assertThat(versions)
                .extracting(HistoryIT::request)
                .containsExactly(
                        "DELETE Patient/" + put + " 200 OK",
                        "PUT Patient/" + put + " 200 OK",
                        "PUT Patient/" + put + " 201 Created");
        assertThat(versions)
                .filteredOn(BundleEntryComponent::hasResource)
                .hasSize(2)
                .allMatch(it -> it.getResponse()
                        .getLastModified()
                        .equals(it.getResource().getMeta().getLastUpdated()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/Patient/%s/_history?", "/Patient/_history?", "/_history?"})
    void callsAPostByItsName(String path) {
        assertThat(history(path.formatted(posted) + "_count=1000&_since=" + start(), posted))
                .extracting(HistoryIT::request)
                .containsExactly("POST Patient 201 Created");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/Patient/%s/_history?", "/Patient/_history?", "/_history?"})
    void callsAPutByItsNameUnderAnIdLikeThoseOfTheServer(String path) {
        String direct = UUID.randomUUID().toString();
        String inTransaction = UUID.randomUUID().toString();
        assertThat(client.put("/Patient/" + direct, patient(direct)).status()).isEqualTo(201);
        Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(patient(inTransaction))
                .getRequest()
                .setMethod(Bundle.HTTPVerb.PUT)
                .setUrl("Patient/" + inTransaction);
        assertThat(client.post("", transaction).status()).isEqualTo(200);

        for (String id : List.of(direct, inTransaction)) {
            assertThat(history(path.formatted(id) + "_count=1000&_since=" + start(), id))
                    .extracting(HistoryIT::request)
                    .containsExactly("PUT Patient/" + id + " 201 Created");
        }
    }

    @Test
    void callsAPutByItsNameThatCreatedBecauseNothingMatched() {
        String identifier = UUID.randomUUID().toString();
        Patient patient = Records.patient("Verlauf");
        patient.addIdentifier().setSystem("urn:test").setValue(identifier);

        Answer created = client.put("/Patient?identifier=urn:test%7C" + identifier, patient);

        assertThat(created.status()).as(created.text()).isEqualTo(201);
        String id = client.search("/Patient?identifier=urn:test%7C" + identifier)
                .get(0)
                .getIdElement()
                .getIdPart();
        assertThat(history("/Patient/" + id + "/_history", id))
                .extracting(HistoryIT::request)
                .containsExactly("PUT Patient/" + id + " 201 Created");
    }

    @ParameterizedTest
    @EnumSource(
            value = Bundle.BundleType.class,
            names = {"TRANSACTION", "BATCH"})
    void callsAPutInABundleByItsNameThatCreatedBecauseNothingMatched(Bundle.BundleType type) {
        String identifier = UUID.randomUUID().toString();
        Patient patient = Records.patient("Verlauf");
        patient.addIdentifier().setSystem("urn:test").setValue(identifier);
        Bundle bundle = new Bundle().setType(type);
        bundle.addEntry()
                .setResource(patient)
                .getRequest()
                .setMethod(Bundle.HTTPVerb.PUT)
                .setUrl("Patient?identifier=urn:test|" + identifier);
        bundle.addEntry()
                .setResource(Records.patient(identifier))
                .getRequest()
                .setMethod(Bundle.HTTPVerb.POST)
                .setUrl("Patient");

        assertThat(client.post("", bundle).resource(Bundle.class).getEntry())
                .extracting(it -> it.getResponse().getStatus())
                .allMatch(status -> status.startsWith("201"));

        for (String search : List.of("identifier=urn:test%7C" + identifier, "family=" + identifier)) {
            String id =
                    client.search("/Patient?" + search).get(0).getIdElement().getIdPart();
            assertThat(history("/Patient/" + id + "/_history", id))
                    .extracting(HistoryIT::request)
                    .containsExactly(
                            (search.startsWith("family") ? "POST Patient" : "PUT Patient/" + id) + " 201 Created");
        }
    }

    @Test
    void callsAPostByItsNameAlsoOfWhatWasDeletedAndIsThereAgain() {
        assertThat(client.delete("/Patient/" + posted).status()).isIn(200, 204);
        assertThat(client.put("/Patient/" + posted, patient(posted)).status()).isIn(200, 201);

        assertThat(history("/Patient/" + posted + "/_history", posted))
                .extracting(it -> it.getRequest().getMethod().name())
                .containsExactly("PUT", "DELETE", "POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/Patient/%s/_history?", "/Patient/_history?", "/_history?"})
    void keepsToTheTimeAndIsCompleteAtEveryPageSize(String path) {
        assertThat(history(path.formatted(put) + "_since=2999-01-01T00:00:00Z", put))
                .isEmpty();
        assertThat(history(path.formatted(put) + "_count=2&_since=" + start(), put))
                .hasSize(3);
        assertThat(history(path.formatted(put) + "_count=1000&_at=ge" + start(), put))
                .hasSize(3);
    }

    @Test
    void refusesWhatIsNoTime() {
        assertThat(client.get("/Patient/_history?_since=yesterday").status()).isEqualTo(400);
    }

    private static Patient patient(String id) {
        Patient patient = Records.patient("Verlauf");
        patient.setId(id);
        return patient;
    }

    private void write(String family, int status) {
        Patient patient = Records.patient(family);
        patient.setId(put);
        assertThat(client.put("/Patient/" + put, patient).status()).isEqualTo(status);
    }

    private String start() {
        return FhirClient.encode(start);
    }

    private static String request(BundleEntryComponent entry) {
        return entry.getRequest().getMethod() + " " + entry.getRequest().getUrl() + " "
                + entry.getResponse().getStatus();
    }

    private List<BundleEntryComponent> history(String path, String id) {
        List<BundleEntryComponent> all = new ArrayList<>();
        for (String next = path; next != null; ) {
            Answer answer = client.get(next);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            Bundle page = answer.resource(Bundle.class);
            page.getEntry().stream()
                    .filter(entry -> entry.getFullUrl().endsWith("Patient/" + id))
                    .forEach(all::add);
            next = page.getLink("next") == null ? null : page.getLink("next").getUrl();
        }
        return all;
    }
}
