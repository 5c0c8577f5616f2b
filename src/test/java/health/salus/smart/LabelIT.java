package health.salus.smart;

import health.salus.smart.Twins.Caller;
import health.salus.tenant.AccessPolicy;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

import static health.salus.smart.TwoRecords.ids;
import static org.assertj.core.api.Assertions.assertThat;

/** What bears a restricted label does not exist for those without the clearance. */
class LabelIT {

    private static final String JSON = "application/fhir+json";
    private static final String SITE = "urn:hospital:labels";
    private static final String STAFF = SITE + "|staff";

    private static Twins twins;
    private static Caller doctor;

    @BeforeAll
    static void fill() {
        twins = new Twins("labels");
        for (var tenant : List.of(twins.whole(), twins.lacking())) {
            Twins.SERVER.bean(Tenants.class).setPolicy(tenant, new AccessPolicy(false, false, true, List.of(STAFF)));
        }
        doctor = twins.caller(Role.PRACTITIONER, "Practitioner/doc", null, "user/*.cruds");
        twins.put(new Patient().addName(new HumanName().setFamily("Annasdottir")), "anna");
        twins.put(observation(null, null), "plain");
        // The twin has something restricted too, so that both know the type, and neither shows it.
        twins.put(observation(Labels.CONFIDENTIALITY, "V"), "veiled");
        Observation restricted = observation(Labels.CONFIDENTIALITY, "R");
        restricted.addHasMember(new Reference("Observation/plain"));
        twins.putForbidden(restricted, "restricted");
        twins.putForbidden(observation(null, null), "later");
        twins.putForbidden(observation(Labels.CONFIDENTIALITY, "R"), "later");
        twins.putForbidden(observation(SITE, "staff"), "staff");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Observation/restricted",
                "/Observation/staff",
                "/Observation/later",
                "/Observation/later/_history/1",
                "/Observation/later/_history",
                "/Observation/restricted/$meta",
                "/Observation",
                "/Observation?_summary=count",
                "/Observation?_total=accurate&_count=1",
                "/Observation?_security=R",
                "/Observation?_security=http://terminology.hl7.org/CodeSystem/v3-Confidentiality%7CR&_summary=count",
                "/Observation?_security:not=V&_summary=count",
                "/Observation?patient.family=Annasdottir&_summary=count",
                "/Observation?has-member=Observation/plain",
                "/Observation?has-member.code=718-7",
                "/Patient?_has:Observation:patient:code=718-7&_summary=count",
                "/Patient?_revinclude=Observation:patient",
                "/Observation?_id=plain&_revinclude=Observation:has-member",
                "/Observation?_sort=-_lastUpdated",
                "/Observation/_history",
                "/_history",
                "/Patient/anna/$everything"
            })
    void whatIsRestrictedIsAsIfItWereNotThere(String path) {
        twins.same(doctor, path);
    }

    @Test
    void itIsNotChangedEither() {
        twins.same(doctor, "DELETE", "/Observation/restricted", "");
        twins.same(doctor, "PATCH", "/Observation/restricted", "[]", "Content-Type", "application/json-patch+json");
        for (String patch : List.of(
                "<diff xmlns:f=\"http://hl7.org/fhir\"><remove sel=\"f:Observation/f:status\"/></diff>",
                "<diff xmlns:f=\"http://hl7.org/fhir\"><remove sel=\"f:Observation[f:status/@value='no']\"/></diff>",
                "<!DOCTYPE diff><diff/>")) {
            twins.same(doctor, "PATCH", "/Observation/restricted", patch, "Content-Type", "application/xml-patch+xml");
        }
        assertThat(twins.inWhole(doctor)
                        .put("/Observation/restricted", observation(null, null).setId("restricted"))
                        .status())
                .isEqualTo(404);
        twins.same(
                doctor,
                "POST",
                "/Observation",
                json(observation(null, null)),
                "Content-Type",
                JSON,
                "If-None-Exist",
                "_security=R");
    }

    @Test
    void aClearanceOpensItsOwnLabelOnly() {
        FhirClient cleared = twins.new Caller(Role.PRACTITIONER, "Practitioner/doc", null, "user/*.rs", List.of("R"))
                .in(twins.whole().value());

        assertThat(cleared.get("/Observation/restricted").status()).isEqualTo(200);
        assertThat(ids(cleared.search("/Observation")))
                .contains("restricted", "later")
                .doesNotContain("staff", "veiled");
        FhirClient other = twins.new Caller(Role.PRACTITIONER, "Practitioner/doc", null, "user/*.rs", List.of(STAFF))
                .in(twins.whole().value());
        assertThat(ids(other.search("/Observation"))).contains("staff").doesNotContain("restricted", "veiled");
    }

    @Test
    void patientsSeeWhatIsConfidentialAboutThemAndNotWhatIsForStaff() {
        FhirClient anna = twins.inWhole(twins.caller(Role.PATIENT, null, "anna", "patient/*.rs"));

        assertThat(ids(anna.search("/Observation")))
                .contains("restricted", "veiled")
                .doesNotContain("staff");
        assertThat(anna.get("/Observation/staff").status()).isEqualTo(404);
    }

    @Test
    void aLabelCountsAtOnceAndForAllThatCameBefore() {
        twins.put(observation(null, null), "to-be-labelled");
        FhirClient client = twins.inWhole(doctor);
        assertThat(client.get("/Observation/to-be-labelled").status()).isEqualTo(200);

        twins.put(observation(Labels.CONFIDENTIALITY, "V"), "to-be-labelled");

        assertThat(client.get("/Observation/to-be-labelled").status()).isEqualTo(404);
        assertThat(client.get("/Observation/to-be-labelled/_history/1").status())
                .isEqualTo(404);
    }

    private static String json(Resource resource) {
        return FhirClient.FHIR.newJsonParser().encodeResourceToString(resource);
    }

    private static Observation observation(String system, String label) {
        Observation observation = TwoRecords.observation("anna", "718-7");
        if (label != null) {
            observation.getMeta().addSecurity().setSystem(system).setCode(label);
        }
        return observation;
    }
}
