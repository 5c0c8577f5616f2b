package health.salus.smart;

import health.salus.smart.Twins.Caller;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

import static health.salus.smart.TwoRecords.entry;
import static health.salus.smart.TwoRecords.ids;
import static org.assertj.core.api.Assertions.assertThat;

/** A scope with a parameter opens what the parameter finds, and says nothing about the rest. */
class ScopeFilterIT {

    private static final String CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category";
    private static final String LABORATORY = "?category=" + CATEGORY + "|laboratory";
    private static final String SOCIAL = "social-history";
    private static final String JSON_PATCH = "application/json-patch+json";

    private static Twins twins;
    private static Caller reader;
    private static Caller writer;

    @BeforeAll
    static void fill() {
        twins = new Twins("filter");
        reader = twins.caller(Role.SYSTEM, null, null, "system/Observation.rs" + LABORATORY + " system/Patient.rs");
        writer = twins.caller(Role.SYSTEM, null, null, "system/Observation.cruds" + LABORATORY + " system/Patient.rs");
        twins.put(new Patient().addName(new HumanName().setFamily("Annasdottir")), "anna");
        twins.put(observation("laboratory", "718-7"), "lab");
        twins.putForbidden(observation("laboratory", "718-7"), "moved");
        twins.putForbidden(observation(SOCIAL, "75622-1"), "moved");
        Observation social = observation(SOCIAL, "75622-1");
        social.addHasMember(new Reference("Observation/lab"));
        twins.putForbidden(social, "social");
        Observation member = observation("laboratory", "2-2");
        twins.put(member, "second");
    }

    @Test
    void whatTheParameterFindsIsReadSearchedAndChanged() {
        assertThat(twins.same(reader, "/Observation/lab").status()).isEqualTo(200);
        FhirClient client = twins.inWhole(reader);
        assertThat(ids(client.search("/Observation"))).contains("lab", "second").doesNotContain("social", "moved");
        assertThat(ids(client.search("/Patient?_revinclude=Observation:patient")))
                .contains("lab")
                .doesNotContain("social", "moved");
        assertThat(client.get("/Observation?_summary=count")
                        .resource(Bundle.class)
                        .getTotal())
                .isEqualTo(ids(client.search("/Observation?_count=500")).size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Observation/social",
                "/Observation/moved",
                "/Observation/moved/_history/1",
                "/Observation/moved/_history",
                "/Observation/social/_history",
                "/Observation/social/_history/1",
                "/Observation/social/$meta",
                "/Observation?_id=social",
                "/Observation?_id=social,lab",
                "/Observation?code=75622-1",
                "/Observation?code=75622-1&_summary=count",
                "/Observation?code=75622-1&_count=0",
                "/Observation?_total=accurate&patient=anna",
                "/Observation?category=social-history",
                "/Observation?category:not=laboratory",
                "/Observation?category=social-history,laboratory&_total=accurate",
                "/Observation?category=laboratory&category=social-history",
                "/Observation?has-member=Observation/lab",
                "/Observation?has-member=Observation/lab&_summary=count",
                "/Observation?_has:Observation:has-member:code=75622-1",
                "/Observation?has-member.code=718-7",
                "/Observation?_has:Observation:has-member:code:not=718-7",
                "/Patient?_has:Observation:patient:code=75622-1",
                "/Patient?_has:Observation:patient:code:not=718-7&_summary=count",
                "/Patient?_has:Observation:patient:category:missing=true",
                "/Patient?_has:Observation:patient:code=75622-1&_summary=count",
                "/Observation?_id=lab&_revinclude=Observation:has-member",
                "/Observation?_sort=code",
                "/Observation?_sort=-_lastUpdated&_count=1&_total=accurate",
                "/Observation?_filter=code%20eq%2075622-1",
                "/Observation?_lastUpdated=gt2000-01-01&_total=accurate",
                "/Observation/_history",
                "/_history",
                "?_tag=x",
                "/Patient/anna/$everything"
            })
    void theRestIsAsIfItWereNotThere(String path) {
        twins.same(reader, path);
    }

    @Test
    void theRestIsAsIfItWereNotThereByPostAndHeadAndCondition() {
        twins.same(
                reader, "POST", "/Observation/_search", "code=75622-1&_summary=count", "Content-Type", TwoRecords.FORM);
        twins.same(reader, "HEAD", "/Observation/social", "");
        twins.same(reader, "GET", "/Observation/social", "", "If-None-Match", "W/\"1\"");
        for (String url : List.of("Observation/social", "Observation?code=75622-1", "Observation/moved/_history/1")) {
            twins.same(reader, "POST", "/", json(TwoRecords.batch(HTTPVerb.GET, url)), "Content-Type", JSON);
        }
    }

    @Test
    void aSecondPageShowsNoMore() {
        FhirClient client = twins.inWhole(reader);
        Bundle page = client.get("/Observation?_count=1").resource(Bundle.class);
        Answer next = client.get(page.getLink("next").getUrl());

        assertThat(next.status()).isEqualTo(200);
        assertThat(next.text()).doesNotContain("75622-1");
    }

    @Test
    void writesNeitherReachNorTellOfTheRest() {
        String lab = json(observation("laboratory", "1-1"));
        String withId = lab.replaceFirst("\\{", "{\"id\":\"social\",");
        assertThat(twins.same(writer, "PUT", "/Observation/social", withId, "Content-Type", JSON)
                        .status())
                .isEqualTo(404);
        for (String value : List.of("final", "amended")) {
            twins.same(
                    writer,
                    "PATCH",
                    "/Observation/social",
                    "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"" + value + "\"}]",
                    "Content-Type",
                    JSON_PATCH);
        }
        assertThat(twins.same(writer, "DELETE", "/Observation/social", "").status())
                .isEqualTo(404);
        twins.same(writer, "DELETE", "/Observation?code=75622-1", "");
        twins.same(writer, "POST", "/Observation", lab, "Content-Type", JSON, "If-None-Exist", "code=75622-1");
        twins.same(writer, "PUT", "/Observation?code=75622-1", lab, "Content-Type", JSON);
        Observation pointing = observation("laboratory", "1-2");
        pointing.addHasMember(new Reference("Observation/social"));
        assertThat(twins.same(writer, "POST", "/Observation", json(pointing), "Content-Type", JSON)
                        .status())
                .isEqualTo(400);
        assertThat(twins.inWhole(reader).get("/Observation/social").status()).isEqualTo(404);
        assertThat(twins.staff(twins.whole().value()).get("/Observation/social").status())
                .isEqualTo(200);
    }

    @Test
    void entriesOfBundlesNeitherReachNorTellOfTheRest() {
        for (BundleType type : List.of(BundleType.TRANSACTION, BundleType.BATCH)) {
            Bundle change = new Bundle().setType(type);
            entry(change, HTTPVerb.PUT, "Observation/social", (Observation)
                    observation("laboratory", "1-1").setId("social"));
            assertThat(twins.same(writer, "POST", "/", json(change), "Content-Type", JSON)
                            .status())
                    .isEqualTo(404);
            Bundle deletion = new Bundle().setType(type);
            deletion.addEntry().getRequest().setMethod(HTTPVerb.DELETE).setUrl("Observation/social");
            twins.same(writer, "POST", "/", json(deletion), "Content-Type", JSON);
            Bundle conditional = new Bundle().setType(type);
            entry(conditional, HTTPVerb.POST, "Observation", observation("laboratory", "1-3"));
            conditional.getEntryFirstRep().getRequest().setIfNoneExist("code=75622-1");
            twins.same(writer, "POST", "/", json(conditional), "Content-Type", JSON);
            Bundle reference = new Bundle().setType(type);
            Observation pointing = observation("laboratory", "1-4");
            pointing.addHasMember(new Reference("Observation?code=75622-1"));
            entry(reference, HTTPVerb.POST, "Observation", pointing);
            twins.same(writer, "POST", "/", json(reference), "Content-Type", JSON);
        }
    }

    @Test
    void nothingIsWrittenThatTheParameterWouldNotFind() {
        Resource changed = observation(SOCIAL, "2-2").setId("second");

        assertThat(write("POST", "/Observation", observation(SOCIAL, "1-1"))).isEqualTo(403);
        assertThat(write("PUT", "/Observation/second", changed)).isEqualTo(403);
        assertThat(write("POST", "/Observation", observation("laboratory", "1-1")))
                .isEqualTo(201);
        assertThat(twins.same(writer, "/Observation/second").status()).isEqualTo(200);
    }

    private static int write(String method, String path, Resource resource) {
        return twins.same(writer, method, path, json(resource), "Content-Type", JSON)
                .status();
    }

    @Test
    void scopesWithDifferentParametersAddUp() {
        Caller both = twins.caller(
                Role.SYSTEM,
                null,
                null,
                "system/Observation.rs?code=75622-1&status=final system/Observation.r" + LABORATORY);
        FhirClient client = twins.inWhole(both);

        assertThat(ids(client.search("/Observation"))).containsExactlyInAnyOrder("social", "moved");
        assertThat(client.get("/Observation/lab").status()).isEqualTo(200);
        assertThat(ids(twins.inWhole(twins.caller(
                                Role.SYSTEM,
                                null,
                                null,
                                "system/Observation.rs?code=75622-1 system/Observation.s?code=2-2,718-7"))
                        .search("/Observation?patient=anna")))
                .contains("social", "lab", "second");
    }

    @Test
    void aPatientScopeWithAParameterOpensThatPartOfTheRecord() {
        Caller anna = twins.caller(Role.PATIENT, null, "anna", "patient/Observation.rs" + LABORATORY);

        assertThat(ids(twins.inWhole(anna).search("/Observation")))
                .contains("lab")
                .doesNotContain("social");
        for (String path : List.of(
                "/Observation/social",
                "/Observation?code=75622-1&_summary=count",
                "/Observation?has-member=Observation/lab",
                "/Observation?_id=lab&_revinclude=Observation:has-member")) {
            twins.same(anna, path);
        }
    }

    private static final String JSON = "application/fhir+json";

    private static String json(Resource resource) {
        return FhirClient.FHIR.newJsonParser().encodeResourceToString(resource);
    }

    private static Observation observation(String category, String code) {
        Observation observation = new Observation()
                .setStatus(ObservationStatus.FINAL)
                .setCode(new CodeableConcept().addCoding(new Coding("http://loinc.org", code, null)))
                .setSubject(new Reference("Patient/anna"));
        observation.addCategory().addCoding().setSystem(CATEGORY).setCode(category);
        return observation;
    }
}
