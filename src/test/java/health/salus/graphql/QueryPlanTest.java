package health.salus.graphql;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which queries are taken, https://hl7.org/fhir/R4/graphql.html, before anything is read for them. */
@Timeout(20)
class QueryPlanTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ Patient(id: \"1\") { id name { given family } birthDate _birthDate { extension { url valueString } } } }",
                "{ a: Patient(id: 1) { id } b: Patient(id: 2) { id } }",
                "query Q { PatientList(name: \"x\", _count: 5, _sort: \"-birthdate\") { id resourceType __typename } }",
                "{ ObservationList(clinical_status: [active, recurrence]) { valueQuantity { value unit } } }",
                "{ PatientConnection(_cursor: \"20\") { count next edges { mode score resource { id } } } }",
                "{ List(id: \"1\") { id } ListList { id } }",
                "{ Observation(id: 1) { subject { reference resource(optional: true, type: Patient) { id } } } }",
                "{ Observation(id: 1) { subject { resource { id ... on Patient { name { text } } } } } }",
                "{ Patient(id: 1) { ObservationList(_reference: patient) { id } name(use: official, _count: 1) { text } } }",
                "{ Patient(id: 1) { ...f } } fragment f on Patient { id ... on Resource { meta { versionId } } }",
                "{ Patient(id: 1) { id @include(if: true) name @skip(if: false) { ...n } } } fragment n on HumanName { text }",
                "query ($id: String! = \"1\") { Patient(id: $id) { contained { id ... on Medication { code { text } } } } }",
                "{ Bundle(id: 1) { entry { fullUrl resource { ... on Patient { id } } } } } # the end"
            })
    void whatMakesSenseIsTaken(String query) {
        assertThatCode(() -> plan(query)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "#",
                "{ Patient(id: 1) { id } # an unfinished comment",
                "{ Patient(id: \"1) { id } }",
                "{ Patient(id: 1) { } }",
                "mutation { PatientCreate(id: 1) { id } }",
                "subscription { Patient(id: 1) { id } }",
                "type Patient { id: ID }",
                "{ a { b } } { c }",
                "{ __schema { types { name } } }",
                "{ Patient { id } }",
                "{ Patient(id: 1) }",
                "{ Patient(id: 1) { id { x } } }",
                "{ Patient(id: 1) { nme { family } } }",
                "{ Patient(id: 1) { name { familiy } } }",
                "{ Patient(id: 1) { id: birthDate id } }",
                "{ Patient(id: [1, 2]) { id } }",
                "{ Patient(id: 1, name: \"x\") { id } }",
                "{ Patient(id: {a: 1}) { id } }",
                "{ Patient(id: $id) { id } }",
                "query ($id: String!) { Patient(id: $id) { id } }",
                "{ Nothing(id: 1) { id } }",
                "{ NothingList { id } }",
                "{ Binary(id: 1) { data } }",
                "{ AuditEventList { id } }",
                "{ PatientList(_reference: patient) { id } }",
                "{ PatientList(_count: -1) { id } }",
                "{ PatientList(_count: \"many\") { id } }",
                "{ PatientList(_cursor: 1) { id } }",
                "{ Patient(id: 1) { ObservationList { id } } }",
                "{ Patient(id: 1) { name(fhirpath: \"given.exists(\") { family } } }",
                "{ Observation(id: 1) { subject { resource { birthDate } } } }",
                "{ Observation(id: 1) { subject { resource(type: Nothing) { id } } } }",
                "{ Patient(id: 1) { ... on Observation { id } } }",
                "{ Patient(id: 1) { ...missing } }",
                "{ Patient(id: 1) { ...f } } fragment f on Patient { ...f }",
                "{ Patient(id: 1) { ...a } } fragment a on Patient { ...b } fragment b on Patient { ...a }",
                "{ Patient(id: 1) { id @include } }",
                "{ Patient(id: 1) { id @include(if: \"perhaps\") } }",
                "{ Patient(id: 1) { name @uppercase { family } } }"
            })
    void whatMakesNoSenseIsRefused(String query) {
        assertThatThrownBy(() -> plan(query))
                .isInstanceOf(QueryRefusedException.class)
                .message()
                .isNotBlank();
    }

    static Stream<String> tooMuch() {
        StringBuilder fragments = new StringBuilder("{ Patient(id: 1) { ...f0 } }");
        for (int i = 0; i < 40; i++) {
            fragments.append(" fragment f%d on Patient { ...f%d ...f%d }".formatted(i, i + 1, i + 1));
        }
        return Stream.of(
                "{" + "a: Patient(id: 1) { id } ".repeat(10_000) + "}",
                "{ Patient(id: 1) { " + aliases(600) + " } }",
                "{ Patient(id: 1) " + "{ extension ".repeat(13) + "{ url }" + " }".repeat(13) + "}",
                "{".repeat(15_000),
                "{ a(b: " + "[".repeat(9000),
                "#".repeat(19_000) + "\n{",
                " ".repeat(30_000) + "{ Patient(id: 1) { id } }",
                "{ Patient(id: 1) { name(use: [" + "\"a\" ".repeat(200) + "]) { text } } }",
                fragments + " fragment f40 on Patient { id }");
    }

    @ParameterizedTest
    @MethodSource("tooMuch")
    void whatHasNoEndOrTooManyPartsIsRefusedAtOnce(String query) {
        assertThatThrownBy(() -> plan(query)).isInstanceOf(QueryRefusedException.class);
    }

    @Test
    void whatIsNotUnderstoodIsNotQuoted() {
        assertThatThrownBy(() -> plan("{ PatientList(name: \"Geheim\") { id } } }"))
                .isInstanceOf(QueryRefusedException.class)
                .message()
                .doesNotContain("Geheim")
                .contains("line 1");
    }

    private static String aliases(int number) {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < number; i++) {
            fields.append('a').append(i).append(": id ");
        }
        return fields.toString();
    }

    private static void plan(String query) {
        QueryPlan.of(query, null, new ObjectMapper().createObjectNode(), null, FhirContext.forR4Cached());
    }
}
