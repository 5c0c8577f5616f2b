package health.salus.fhir;

import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.PositiveIntType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code Observation/$lastn}, https://hl7.org/fhir/R4/observation-operation-lastn.html. */
class LastObservationsIT {

    private static final String CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category";

    private final TestServer server = TestServer.shared();
    private final TestTokens tokens = new TestTokens(server);
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private String patient;

    @BeforeEach
    void admit() {
        patient = id(client.create(Records.patient("Letzte")));
    }

    @Test
    void theLatestOfEachCodeIsReturnedTheNewestFirst() {
        observe("pulse", "2026-01-01");
        String pulse = observe("pulse", "2026-01-03");
        String weight = observe("weight", "2026-01-02");
        observe("weight", "2025-12-31");

        Bundle last = last("patient=" + patient + "&category=vital-signs");

        assertThat(ids(last)).containsExactly(pulse, weight);
        assertThat(last.getType()).isEqualTo(Bundle.BundleType.SEARCHSET);
        assertThat(last.getTotal()).isEqualTo(2);
        assertThat(last.getEntryFirstRep().getFullUrl()).isEqualTo(server.fhirBase() + "/Observation/" + pulse);
        assertThat(last.getLink("self").getUrl()).contains("/Observation/$lastn?", "category=vital-signs");
    }

    @Test
    void maxAsksForMoreOfEachAndOneTimeIsNotCutInTwo() {
        String first = observe("pulse", "2026-01-01T10:00:00Z");
        String second = observe("pulse", "2026-01-01T11:00:00+01:00");
        String third = observe("pulse", "2026-01-02");
        observe("pulse", "2025-01-01");

        assertThat(ids(last("subject=Patient/" + patient + "&code=urn:test|pulse&max=2")))
                .containsExactly(third, second, first);
        assertThat(ids(last("subject:Patient=" + patient + "&code=pulse&max=1")))
                .containsExactly(third);
    }

    @Test
    void everyFormOfATimeCounts() {
        Observation instant = observation("pulse", new InstantType("2026-02-01T00:00:00.500Z"));
        String newest = id(client.create(instant));
        String period =
                id(client.create(observation("pulse", new Period().setEndElement(new DateTimeType("2026-01-31")))));
        String never = id(client.create(observation("pulse", null)));
        String year = observe("pulse", "2025");

        assertThat(ids(last("patient=" + patient + "&code=pulse&max=9"))).containsExactly(newest, period, year, never);
    }

    @Test
    void translationsOfOneCodeAreOneGroupAndTextsAreAsWritten() {
        observe("a", "2026-01-01");
        observe("b", "2026-01-02");
        Observation both = observation("a", new DateTimeType("2026-01-03"));
        both.getCode().addCoding(new Coding("urn:test", "b", null));
        String joined = id(client.create(both));
        Observation text = observation("x", new DateTimeType("2026-01-04"));
        text.setCode(new CodeableConcept().setText("Pulse"));
        String written = id(client.create(text));
        text.setCode(new CodeableConcept().setText("pulse"));
        String small = id(client.create(text.setEffective(new DateTimeType("2026-01-05"))));

        assertThat(ids(last("patient=" + patient + "&category=vital-signs"))).containsExactly(small, written, joined);
    }

    @Test
    void otherSearchParametersNarrowWhatIsGrouped() {
        String old = observe("pulse", "2026-01-01");
        Observation wrong = observation("pulse", new DateTimeType("2026-01-02"));
        String mistaken = id(client.create(wrong.setStatus(ObservationStatus.ENTEREDINERROR)));

        assertThat(ids(last("patient=" + patient + "&code=pulse"))).containsExactly(mistaken);
        assertThat(ids(last("patient=" + patient + "&code=pulse&status:not=entered-in-error")))
                .containsExactly(old);
        assertThat(ids(last("patient=" + patient + "&code=pulse&date=lt2026-01-02")))
                .containsExactly(old);
        assertThat(ids(last("patient=" + patient + "&code=pulse&_id=" + old))).containsExactly(old);
        assertThat(ids(last("patient=" + patient + "&code=pulse&_lastUpdated=lt2020")))
                .isEmpty();
        assertThat(ids(last("patient.family=Letzte&code=pulse&patient=" + patient)))
                .containsExactly(mistaken);
    }

    @Test
    void whatNobodyHasIsAnEmptySet() {
        assertThat(last("patient=" + patient + "&code=nothing").getEntry()).isEmpty();
        assertThat(last("patient=" + patient + "&code=nothing").getTotal()).isZero();
    }

    @Test
    void parametersMayBePosted() {
        observe("pulse", "2026-01-01");
        String latest = observe("pulse", "2026-01-02");
        Parameters asked = new Parameters();
        asked.addParameter().setName("patient").setValue(new StringType(patient));
        asked.addParameter().setName("code").setValue(new StringType("pulse"));
        asked.addParameter().setName("max").setValue(new PositiveIntType(1));

        Answer answer = client.post("/Observation/$lastn", asked);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(ids(answer.resource(Bundle.class))).containsExactly(latest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "code=pulse",
                "patient=1",
                "patient=1&code=pulse&max=0",
                "patient=1&code=pulse&max=many",
                "patient=1&code=pulse&max=1&max=2",
                "patient=1&code=pulse&nonsense=1",
                "patient=1&code:nonsense=pulse",
                "patient=1&code=pulse&_sort=date",
                "patient=1&code=pulse&_include=Observation:subject",
                "patient=1&code=pulse&date=yesterday"
            })
    void whatTheOperationDoesNotTakeIsRefused(String query) {
        Answer answer = client.get("/Observation/$lastn?" + query);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.diagnostics()).isNotEmpty();
    }

    @Test
    void nobodyFindsMoreThanByASearch() {
        String mine = observe("pulse", "2026-01-01");
        String other = id(client.create(Records.patient("Andere")));
        Observation foreign = observation("pulse", new DateTimeType("2026-02-01"));
        foreign.getSubject().setReference("Patient/" + other);
        client.create(foreign);
        Observation laboratory = observation("pulse", new DateTimeType("2026-03-01"));
        laboratory.getCategoryFirstRep().getCodingFirstRep().setCode("laboratory");
        String result = id(client.create(laboratory));

        FhirClient person = as(tokens.of(Role.PATIENT, patient, "patient/*.rs"));
        assertThat(ids(last(person, "patient=" + patient + "&code=pulse"))).containsExactly(result);
        assertThat(ids(last(person, "patient=" + other + "&code=pulse"))).isEmpty();
        FhirClient vitals =
                as(tokens.of(Role.PATIENT, patient, "patient/Observation.rs?category=" + CATEGORY + "|vital-signs"));
        assertThat(ids(last(vitals, "patient=" + patient + "&code=pulse"))).containsExactly(mine);

        for (String token : List.of(
                tokens.of(Role.PATIENT, patient, "patient/Patient.rs"),
                tokens.of(Role.PRACTITIONER, null, "user/Observation.r"))) {
            assertThat(as(token)
                            .get("/Observation/$lastn?patient=" + patient + "&code=pulse")
                            .status())
                    .isEqualTo(403);
        }
        FhirClient north = FhirClient.withToken(
                server.fhirBase() + "/north", tokens.ofTenant("north", Role.PRACTITIONER, "user/*.cruds"));
        assertThat(ids(last(north, "patient=" + patient + "&code=pulse"))).isEmpty();
        assertThat(FhirClient.anonymous(server.fhirBase())
                        .get("/Observation/$lastn?patient=" + patient + "&code=pulse")
                        .status())
                .isEqualTo(401);
    }

    private Bundle last(String query) {
        return last(client, query);
    }

    private static Bundle last(FhirClient client, String query) {
        Answer answer = client.get("/Observation/$lastn?" + query.replace("|", "%7C"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.resource(Bundle.class);
    }

    private FhirClient as(String token) {
        return FhirClient.withToken(server.fhirBase(), token);
    }

    private String observe(String code, String time) {
        return id(client.create(observation(code, new DateTimeType(time))));
    }

    private Observation observation(String code, Type time) {
        Observation observation = Records.observation("Patient/" + patient);
        observation.setCode(new CodeableConcept(new Coding("urn:test", code, null)));
        observation.addCategory(new CodeableConcept(new Coding(CATEGORY, "vital-signs", null)));
        observation.setEffective(time);
        return observation;
    }

    private static List<String> ids(Bundle bundle) {
        return bundle.getEntry().stream().map(it -> id(it.getResource())).toList();
    }

    private static String id(Resource resource) {
        return resource.getIdElement().getIdPart();
    }
}
