package health.salus.smart;

import health.salus.smart.Twins.Caller;
import health.salus.tenant.AccessPolicy;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.CareTeam.CareTeamStatus;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Group.GroupType;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
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

/** Where practitioners see only whom they care for, everybody else might as well not exist. */
class AssignmentIT {

    private static final String JSON = "application/fhir+json";
    private static final AccessPolicy ASSIGNED = new AccessPolicy(true, false, true, List.of());

    private static Twins twins;
    private static Caller doctor;

    @BeforeAll
    static void fill() {
        twins = new Twins("assigned");
        doctor = twins.caller(Role.PRACTITIONER, "Practitioner/doc", null, "user/*.cruds");
        twins.put(new Practitioner().addName(new HumanName().setFamily("Doktor")), "doc");
        twins.put(patient("Annasdottir").addGeneralPractitioner(new Reference("Practitioner/doc")), "anna");
        twins.put(observation("anna"), "of-anna");
        twins.putForbidden(patient("Belason"), "bela");
        Observation foreign = observation("bela");
        foreign.addPerformer(new Reference("Practitioner/doc"));
        foreign.addHasMember(new Reference("Observation/of-anna"));
        twins.putForbidden(foreign, "of-bela");
        twins.putForbidden(observation("anna"), "moved");
        twins.putForbidden(observation("bela"), "moved");
        Group group = new Group().setType(GroupType.PERSON).setActual(true);
        group.addMember().setEntity(new Reference("Patient/bela"));
        twins.putForbidden(group, "study");
        for (var tenant : List.of(twins.whole(), twins.lacking())) {
            Twins.SERVER.bean(Tenants.class).setPolicy(tenant, ASSIGNED);
        }
    }

    @Test
    void thoseInCareAreReadFoundAndWritten() {
        FhirClient client = twins.inWhole(doctor);

        assertThat(client.get("/Patient/anna").status()).isEqualTo(200);
        assertThat(ids(client.search("/Patient"))).containsExactly("anna");
        assertThat(ids(client.search("/Observation?patient.family=Annasdottir")))
                .contains("of-anna");
        assertThat(ids(client.search("/Patient?_has:Observation:patient:status:not=amended")))
                .containsExactly("anna");
        assertThat(client.get("/Practitioner?family=Doktor").status()).isEqualTo(200);
        assertThat(twins.same(doctor, "POST", "/Observation", json(observation("anna")), "Content-Type", JSON)
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Patient/bela",
                "/Patient/bela/_history",
                "/Patient/bela/_history/1",
                "/Patient/bela/$everything",
                "/Patient/bela/$meta",
                "/Observation/of-bela",
                "/Observation/moved/_history/1",
                "/Observation/moved/_history",
                "/Patient?family=Belason",
                "/Patient?family=Belason&_summary=count",
                "/Patient?_id=bela,anna&_total=accurate",
                "/Observation?patient=bela",
                "/Observation?performer=Practitioner/doc&_summary=count",
                "/Observation?has-member=Observation/of-anna",
                "/Observation?patient.family=Belason&_summary=count",
                "/Observation?subject:Patient.family=Belason&_summary=count",
                "/Observation?has-member.code=x",
                "/Patient?_has:Observation:patient:status=final&_summary=count",
                "/Patient?_has:Observation:patient:status:not=amended&_summary=count",
                "/Patient?_has:Observation:patient:code:missing=false",
                "/Patient?_has:Observation:patient:performer:Practitioner.family=Doktor",
                "/Practitioner?_has:Observation:performer:status=final",
                "/Practitioner?_has:Observation:performer:status:not=amended",
                "/Practitioner?_id=doc&_revinclude=Observation:performer",
                "/Observation?_id=of-anna&_revinclude=Observation:has-member",
                "/Observation?_sort=-_lastUpdated&_total=accurate",
                "/Group",
                "/Group/study",
                "/Group?member=Patient/bela&_summary=count",
                "/Observation/_history",
                "/Patient/_history",
                "/_history",
                "/Patient/anna/$everything",
                "/AuditEvent?patient=bela"
            })
    void theOthersAreAsIfTheyWereNotThere(String path) {
        twins.same(doctor, path);
    }

    @Test
    void theOthersAreNotWrittenToNorAbout() {
        for (String patient : List.of("bela", "nobody")) {
            assertThat(change("POST", "/Observation", observation(patient))).isEqualTo(403);
        }
        assertThat(change("PUT", "/Patient/bela", (Resource) patient("X").setId("bela")))
                .isEqualTo(404);
        assertThat(change("DELETE", "/Observation/of-bela", null)).isEqualTo(404);
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        Observation pointing = observation("anna");
        pointing.addHasMember(new Reference("Observation?patient=bela"));
        entry(transaction, HTTPVerb.POST, "Observation", pointing);
        change("POST", "/", transaction);
        pointing = observation("anna");
        pointing.addHasMember(new Reference("Observation/of-bela"));
        assertThat(change("POST", "/Observation", pointing)).isEqualTo(400);
    }

    @Test
    void nobodyAssignsThemselvesToAPatient() {
        Encounter encounter = encounter("bela", "Practitioner/doc");
        CareTeam team = new CareTeam().setSubject(new Reference("Patient/bela"));
        team.addParticipant().setMember(new Reference("Practitioner/doc"));
        Group group = new Group().setType(GroupType.PERSON).setManagingEntity(new Reference("Practitioner/doc"));
        group.addMember().setEntity(new Reference("Patient/bela"));

        for (Resource claim : List.of(encounter, team, group)) {
            assertThat(change("POST", "/" + claim.fhirType(), claim)).isEqualTo(403);
        }
        assertThat(twins.inWhole(doctor).get("/Patient/bela").status()).isEqualTo(404);
    }

    @Test
    void anAppThatADoctorOpensAboutSomebodyElseSeesNothing() {
        Caller app = twins.caller(Role.PRACTITIONER, "Practitioner/doc", "bela", "patient/*.rs");

        assertThat(twins.same(app, "/Patient/bela").status()).isIn(403, 404);
        twins.same(app, "/Observation?_summary=count");
    }

    @Test
    void eachWayToCareOpensTheRecordAtOnceAndItsEndClosesIt() {
        String tenant = twins.whole().value();
        FhirClient staff = twins.staff(tenant);
        put(staff, new PractitionerRole().setPractitioner(new Reference("Practitioner/doc")), "role");
        CareTeam team = new CareTeam().setStatus(CareTeamStatus.ACTIVE).setSubject(new Reference("Patient/cara"));
        team.addParticipant().setMember(new Reference("PractitionerRole/role"));
        Group group = new Group().setType(GroupType.PERSON).setActual(true);
        group.setManagingEntity(new Reference("Practitioner/doc"));
        group.addMember().setEntity(new Reference("Patient/cara"));
        put(staff, patient("Caradottir"), "cara");
        FhirClient client = twins.inWhole(doctor);
        assertThat(client.get("/Patient/cara").status()).isEqualTo(404);

        for (Resource way : List.of(encounter("cara", "Practitioner/doc"), team, group)) {
            put(staff, way, "way");
            assertThat(client.get("/Patient/cara").status()).as(way.fhirType()).isEqualTo(200);
            staff.delete("/" + way.fhirType() + "/way");
            assertThat(client.get("/Patient/cara").status()).as(way.fhirType()).isEqualTo(404);
        }
        put(staff, encounter("cara", "Practitioner/doc").setStatus(EncounterStatus.CANCELLED), "cancelled");
        assertThat(client.get("/Patient/cara").status()).isEqualTo(404);
        staff.delete("/Encounter/cancelled");
        staff.delete("/Patient/cara");
    }

    @Test
    void administratorsAndProgramsSeeTheTenant() {
        for (Caller caller : List.of(
                twins.caller(Role.ADMIN, null, null, "user/*.rs"),
                twins.caller(Role.SYSTEM, null, null, "system/*.rs"))) {
            assertThat(twins.inWhole(caller).get("/Patient/bela").status()).isEqualTo(200);
        }
        Caller stranger = twins.caller(Role.PRACTITIONER, null, null, "user/*.rs");
        assertThat(ids(twins.inWhole(stranger).search("/Patient"))).isEmpty();
    }

    private static int change(String method, String path, Resource resource) {
        String body = resource == null ? "" : json(resource);
        return twins.same(doctor, method, path, body, "Content-Type", JSON).status();
    }

    private static void put(FhirClient client, Resource resource, String id) {
        resource.setId(id);
        assertThat(client.put("/" + resource.fhirType() + "/" + id, resource).status())
                .isIn(200, 201);
    }

    private static String json(Resource resource) {
        return FhirClient.FHIR.newJsonParser().encodeResourceToString(resource);
    }

    private static Patient patient(String family) {
        return new Patient().addName(new HumanName().setFamily(family));
    }

    private static Observation observation(String patient) {
        return TwoRecords.observation(patient, "718-7");
    }

    private static Encounter encounter(String patient, String doctor) {
        Encounter encounter = new Encounter().setStatus(EncounterStatus.INPROGRESS);
        encounter
                .getClass_()
                .setSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode")
                .setCode("AMB");
        encounter.setSubject(new Reference("Patient/" + patient));
        encounter.addParticipant().setIndividual(new Reference(doctor));
        return encounter;
    }
}
