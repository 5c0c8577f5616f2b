package health.salus.graphql;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How much is read and answered for one query, and what of it. */
class QueryRunTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Endless source = new Endless();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ a: PatientList(_count: 500) { id } b: PatientList(_count: 500) { id } c: PatientList(_count: 1) { id } }",
                "{ PatientList(_count: 100) { PatientList(_reference: link, _count: 1) { id } } }",
                "{ PatientConnection(_count: 500) { edges { resource { PatientConnection(_reference: link) { count } } } } }",
                "{ PatientList(_count: 400) { name(_count: 200) { given } } }",
                "{ PatientList(_count: 501) { id } }",
                "{ PatientList(_count: 0) { id } }",
                "{ PatientConnection(_cursor: 10001) { count } }"
            })
    void moreThanThatIsRefused(String query) {
        assertThatThrownBy(() -> run(query)).isInstanceOf(QueryRefusedException.class);
    }

    @Test
    void whatIsReferredToOftenIsReadOnce() {
        ObjectNode answer = run("{ PatientList(_count: 50) { managingOrganization { resource { id } } } }");

        assertThat(answer.at("/data/PatientList/49/managingOrganization/resource/id")
                        .asText())
                .isEqualTo("o");
        assertThat(source.reads).isEqualTo(1);
    }

    @Test
    void fieldsOfTheSameNameAreOne() {
        ObjectNode answer = run("""
                { Patient(id: 1) { managingOrganization { resource { meta { versionId }
                  ... on Organization { meta { lastUpdated } } ... on Resource { id } } reference } } }""");

        assertThat(answer.at("/data/Patient/managingOrganization").toString())
                .isEqualTo("{\"resource\":{\"meta\":{\"versionId\":\"1\",\"lastUpdated\":\"2026\"},\"id\":\"o\"},"
                        + "\"reference\":\"Organization/o\"}");
    }

    @Test
    void listsAreNarrowedByWhatIsInThemAndByPlace() {
        ObjectNode answer = run("""
                { Patient(id: 1) { a: name(family: "F1") { family } b: name(_offset: 298) { family }
                  c: name(given: "G", _count: 1) { family } d: managingOrganization(reference: "no") { reference } } }""");

        assertThat(answer.at("/data/Patient").toString())
                .isEqualTo("{\"a\":[{\"family\":\"F1\"}],\"b\":[{\"family\":\"F298\"},{\"family\":\"F299\"}],"
                        + "\"c\":[{\"family\":\"F0\"}],\"d\":null}");
    }

    @Test
    void listsAreNarrowedByFhirPath() {
        assertThat(patient("{ name(fhirpath: \"family = 'F7' or family.endsWith('99')\") @flatten { family } }"))
                .isEqualTo("{\"family\":[\"F7\",\"F99\",\"F199\",\"F299\"]}");
        assertThat(patient("{ name(fhirpath: \"given.where($this = 'G').exists()\", _offset: 298) { family } }"))
                .isEqualTo("{\"name\":[{\"family\":\"F298\"},{\"family\":\"F299\"}]}");
        assertThat(patient("{ name(fhirpath: \"use.exists()\") { family } }")).isEqualTo("{\"name\":[]}");
        assertThat(patient(
                        "{ managingOrganization(fhirpath: \"reference.startsWith('Organization')\") { reference } }"))
                .isEqualTo("{\"managingOrganization\":{\"reference\":\"Organization/o\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ Patient(id: 1) { name(fhirpath: \"family =\") { family } } }",
                "{ Patient(id: 1) { name(fhirpath: \"repeat($this)\") { family } } }",
                "{ Patient(id: 1) { name(fhirpath: \"family.matches('(a+)+b')\") { family } } }",
                "{ Patient(id: 1) { managingOrganization(fhirpath: \"resolve().exists()\") { reference } } }",
                "{ Patient(id: 1) { name(fhirpath: \"%resource.exists()\") { family } } }",
                "{ Patient(id: 1) { name(fhirpath: \"((((true))))\") { family } } }",
                "{ Patient(id: 1) { name(fhirpath: [\"true\", \"false\"]) { family } } }",
                "{ Patient(id: 1) { name(fhirpath: \"family > 3\") { family } } }",
                "{ Patient(id: 1) { birthDate(fhirpath: \"true\") } }",
                "{ PatientList(fhirpath: \"true\", _count: 1, fhirpath: \"true\") { id } }",
                "{ PatientList(_count: 20) { name(fhirpath: \"true\") { family } } }"
            })
    void fhirPathThatCannotBeAppliedOrMayTakeLongIsRefused(String query) {
        assertThatThrownBy(() -> run(query)).isInstanceOf(QueryRefusedException.class);
    }

    @Test
    void directivesGiveTheAnswerAnotherForm() {
        assertThat(patient("{ name(_count: 2) @flatten { family given } }"))
                .isEqualTo("{\"family\":[\"F0\",\"F1\"],\"given\":[\"G\",\"G\"]}");
        assertThat(patient("{ name @first { family } }")).isEqualTo("{\"name\":{\"family\":\"F0\"}}");
        assertThat(patient("{ name @flatten @first { family given @singleton } }"))
                .isEqualTo("{\"family\":\"F0\",\"given\":\"G\"}");
        assertThat(patient("{ name(_count: 2) @flatten @slice(path: \"$index\") { family given @first } }"))
                .isEqualTo("{\"family.0\":[\"F0\"],\"given.0\":[\"G\"],\"family.1\":[\"F1\"],\"given.1\":[\"G\"]}");
        assertThat(patient("{ name(_count: 2) @slice(path: \"family\") { given } }"))
                .isEqualTo("{\"name.F0\":[{\"given\":[\"G\"]}],\"name.F1\":[{\"given\":[\"G\"]}]}");
        assertThat(patient("{ managingOrganization @flatten { reference resource @flatten { id } } }"))
                .isEqualTo("{\"reference\":\"Organization/o\",\"id\":\"o\"}");
        assertThat(patient("{ contact @flatten { gender } }")).isEqualTo("{\"gender\":null}");
    }

    @Test
    void aSingleValueThatThereAreTwoOfIsAnError() {
        ObjectNode answer = run("{ Patient(id: 1) { name(_count: 2) @flatten { family @singleton } } }");

        assertThat(answer.at("/data/Patient").toString()).isEqualTo("{\"family\":\"F0\"}");
        assertThat(answer.at("/errors/0/message").asText()).contains("more than one", "family");
        assertThat(run("{ Patient(id: 1) { name @singleton { family } } }")
                        .at("/errors/0/path")
                        .toString())
                .isEqualTo("[\"Patient\",\"name\"]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ Patient(id: 1) @flatten { id } }",
                "{ PatientList @first { id } }",
                "{ PatientConnection { edges @flatten { resource { id } } } }",
                "{ PatientConnection { edges { resource @flatten { id } } } }",
                "{ Patient(id: 1) { id @flatten } }",
                "{ Patient(id: 1) { name @first @first { family } } }",
                "{ Patient(id: 1) { name @first(if: true) { family } } }",
                "{ Patient(id: 1) { name @slice { family } } }",
                "{ Patient(id: 1) { name @slice(path: \"given.first()\") { family } } }",
                "{ Patient(id: 1) { name @slice(path: \"use\") @first { family } } }",
                "{ Patient(id: 1) { ... @flatten { id } } }",
                "{ Patient(id: 1) { name @other { family } } }",
                "{ Patient(id: 1) { a: name @first { family } a: name { family } } }"
            })
    void directivesThatHaveNoPlaceAreRefused(String query) {
        assertThatThrownBy(() -> run(query)).isInstanceOf(QueryRefusedException.class);
    }

    private String patient(String fields) {
        ObjectNode answer = run("{ Patient(id: 1) " + fields + " }");
        assertThat(answer.has("errors")).isFalse();
        return answer.at("/data/Patient").toString();
    }

    private ObjectNode run(String query) {
        QueryPlan plan = QueryPlan.of(query, null, JSON.createObjectNode(), null, FhirContext.forR4Cached());
        return QueryRun.answer(plan, null, source);
    }

    /** Has every resource, and for every search as many as are asked for. */
    private static final class Endless implements GraphSource {

        private int reads;

        @Override
        public Optional<ObjectNode> read(String type, String id) {
            reads++;
            return Optional.of(resource(type, id));
        }

        @Override
        public Found search(String type, Map<String, String> parameters, int offset, int count) {
            return new Found(Collections.nCopies(count, resource(type, "1")), true);
        }

        @Override
        public Optional<Integer> count(String type, Map<String, String> parameters) {
            return Optional.empty();
        }

        private static ObjectNode resource(String type, String id) {
            ObjectNode resource =
                    JSON.createObjectNode().put("resourceType", type).put("id", id);
            resource.putObject("meta").put("versionId", "1").put("lastUpdated", "2026");
            resource.putObject("managingOrganization").put("reference", "Organization/o");
            var names = resource.putArray("name");
            for (int number = 0; number < 300; number++) {
                names.addObject().put("family", "F" + number).putArray("given").add("G");
            }
            return resource;
        }
    }
}
