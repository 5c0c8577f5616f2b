package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.smart.Twins.Caller;
import health.salus.tenant.AccessPolicy;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Attacks by {@code $graphql}: what a caller may not see is, in every place of a query, as if it did not exist. */
class GraphQlAccessIT {

    private static final AccessPolicy ASSIGNED = new AccessPolicy(true, false, true, List.of());

    private static Twins twins;
    private static Caller anna;
    private static Caller doctor;

    @BeforeAll
    static void fill() {
        twins = new Twins("graph");
        anna = twins.caller(Role.PATIENT, null, "anna", "patient/*.rs");
        doctor = twins.caller(Role.PRACTITIONER, "Practitioner/doc", null, "user/*.rs");
        twins.put(new Practitioner().addName(new HumanName().setFamily("Doktor")), "doc");
        twins.put(patient("Annasdottir").addGeneralPractitioner(new Reference("Practitioner/doc")), "anna");
        twins.put(observation("anna"), "of-anna");
        twins.putForbidden(patient("Belason"), "bela");
        Observation foreign = observation("bela");
        foreign.addPerformer(new Reference("Practitioner/doc"));
        foreign.addHasMember(new Reference("Observation/of-anna"));
        twins.putForbidden(foreign, "of-bela");
        for (var tenant : List.of(twins.whole(), twins.lacking())) {
            Twins.SERVER.bean(Tenants.class).setPolicy(tenant, ASSIGNED);
        }
    }

    @Test
    void whatACallerMaySeeIsAnswered() throws Exception {
        String query = "{ Patient(id: anna) { name { family } ObservationList(_reference: patient) { id } }"
                + " PatientList { id } Observation(id: \"of-anna\") { subject { resource { id } } } }";

        for (Caller caller : List.of(anna, doctor)) {
            JsonNode data = read(ask(caller, query)).path("data");
            assertThat(data.at("/Patient/name/0/family").asText()).isEqualTo("Annasdottir");
            assertThat(data.at("/Patient/ObservationList/0/id").asText()).isEqualTo("of-anna");
            assertThat(data.path("PatientList").findValuesAsText("id")).containsExactly("anna");
            assertThat(data.at("/Observation/subject/resource/id").asText()).isEqualTo("anna");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ Patient(id: bela) { id name { family } } }",
                "{ a: Patient(id: bela) { id } b: Patient(id: anna) { id } }",
                "{ Patient(id: bela) { ...f } } fragment f on Patient { name { family } }",
                "{ Patient(id: bela) @include(if: true) { id } }",
                "{ Observation(id: \"of-bela\") { id subject { resource { id } } } }",
                "{ PatientList { id } }",
                "{ PatientList(family: Belason) { id } }",
                "{ PatientList(_id: \"bela,anna\") { id } }",
                "{ PatientList(_sort: \"-family\", _count: 1) { id } }",
                "{ PatientConnection { count next last edges { resource { id } } } }",
                "{ PatientConnection(_count: 1, _cursor: \"1\") { count edges { resource { id } } } }",
                "{ ObservationList(patient: bela) { id } }",
                "{ ObservationList(performer: \"Practitioner/doc\") { id } }",
                "{ ObservationConnection(has_member: \"Observation/of-anna\") { count } }",
                "{ ObservationList(_filter: \"subject eq Patient/bela\") { id } }",
                "{ Practitioner(id: doc) { ObservationList(_reference: performer) { id }"
                        + " PatientList(_reference: general_practitioner) { id } } }",
                "{ Practitioner(id: doc) { ObservationConnection(_reference: performer) { count } } }",
                "{ Observation(id: \"of-anna\") { ObservationList(_reference: has_member) { id subject { resource { id } } } } }",
                "{ GroupList { id } }",
                "{ Group(id: bela) { id } }",
                "{ Basic(id: bela) { id } }"
            })
    void whatTheyMayNotSeeIsAsIfItWereNotThere(String query) {
        twins.same(anna, "/$graphql?query=" + FhirClient.encode(query));
        twins.same(doctor, "/$graphql?query=" + FhirClient.encode(query));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Patient/bela/$graphql?query=%7Bid%7D",
                "/Observation/of-bela/$graphql?query=%7Bid%7D",
                "/Patient/bela/$graphql?query=%7Bnothing%7D",
                "/Practitioner/doc/$graphql?query=%7BObservationList(_reference:performer)%7Bid%7D%7D"
            })
    void soItIsIfTheQueryIsAboutIt(String path) {
        twins.same(anna, path);
        twins.same(doctor, path);
    }

    @Test
    void scopesCountForEachTypeOfAQuery() throws Exception {
        Caller results = twins.caller(Role.PATIENT, null, "anna", "patient/Observation.rs");

        JsonNode answer = read(ask(
                results,
                "{ Patient(id: anna) { id } PatientList { id } Observation(id: \"of-anna\") { id subject { reference"
                        + " resource { id } } } }"));

        assertThat(answer.at("/data/Patient").isNull()).isTrue();
        assertThat(answer.at("/data/PatientList").isNull()).isTrue();
        assertThat(answer.at("/errors/0/path/0").asText()).isEqualTo("PatientList");
        assertThat(answer.at("/data/Observation/id").asText()).isEqualTo("of-anna");
        assertThat(answer.at("/data/Observation/subject/resource").isNull()).isTrue();
    }

    @Test
    void anotherTenantHasNothingOfThisOneAndNobodyAsksWithoutAToken() throws Exception {
        FhirClient elsewhere = FhirClient.withToken(
                Twins.SERVER.fhirBase() + "/north",
                new TestTokens(Twins.SERVER).ofTenant("north", Role.PRACTITIONER, "user/*.rs"));
        String query = "/$graphql?query=" + FhirClient.encode("{ Patient(id: bela) { id } }");

        assertThat(read(elsewhere.get(query)).at("/data/Patient").isNull()).isTrue();
        assertThat(FhirClient.withToken(
                                Twins.SERVER.fhirBase() + "/" + twins.whole(),
                                elsewhere.token().orElseThrow())
                        .get(query)
                        .status())
                .isIn(401, 403);
        assertThat(FhirClient.anonymous(Twins.SERVER.fhirBase()).get(query).status())
                .isEqualTo(401);
    }

    private static Answer ask(Caller caller, String query) {
        return twins.inWhole(caller).get("/$graphql?query=" + FhirClient.encode(query));
    }

    private static JsonNode read(Answer answer) throws Exception {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.text());
    }

    private static Patient patient(String family) {
        return new Patient().addName(new HumanName().setFamily(family));
    }

    private static Observation observation(String patient) {
        return TwoRecords.observation(patient, "718-7");
    }
}
