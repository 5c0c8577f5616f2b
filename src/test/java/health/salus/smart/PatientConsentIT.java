package health.salus.smart;

import health.salus.smart.Twins.Caller;
import health.salus.tenant.AccessPolicy;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentDataMeaning;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ConsentState;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import static health.salus.smart.TwoRecords.ids;
import static org.assertj.core.api.Assertions.assertThat;

/** A patient's word decides who reads the record, from the moment it is stored. */
class PatientConsentIT {

    private static final AccessPolicy OPT_OUT = new AccessPolicy(false, false, true, List.of());

    private static Twins twins;
    private static Caller doctor;

    @BeforeAll
    static void fill() {
        twins = new Twins("consent");
        policy(OPT_OUT);
        doctor = twins.caller(Role.PRACTITIONER, "Practitioner/doc", null, "user/*.cruds");
        for (String id : List.of("doc", "colleague")) {
            twins.put(new Practitioner().addName(new HumanName().setFamily("Doktor")), id);
        }
        twins.put(patient("Annasdottir"), "anna");
        Observation own = observation("anna");
        own.addPerformer(new Reference("Practitioner/doc"));
        twins.put(own, "of-anna");
        twins.put(new Device(), "an-app");
        // Somebody of both has closed the record to the doctor, so that both look at consents.
        twins.put(patient("Closed"), "closed");
        twins.put(observation("closed"), "of-closed");
        twins.put(consent("closed", deny(it -> actor(it, "Practitioner/doc"))), "of-closed");
        twins.putForbidden(patient("Belason"), "bela");
        Observation closed = observation("bela");
        closed.addPerformer(new Reference("Practitioner/doc"));
        closed.addHasMember(new Reference("Observation/of-anna"));
        twins.putForbidden(closed, "of-bela");
        twins.putForbidden(consent("bela", deny(it -> actor(it, "Practitioner/doc"))), "of-bela");
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
                "/Observation/of-bela/_history/1",
                "/Consent/of-bela",
                "/Patient",
                "/Patient?family=Belason&_summary=count",
                "/Patient?_id=bela",
                "/Observation?_total=accurate",
                "/Observation?performer=Practitioner/doc&_summary=count",
                "/Observation?patient.family=Belason&_summary=count",
                "/Observation?patient.family=Annasdottir",
                "/Observation?has-member=Observation/of-anna",
                "/Observation?has-member.code=718-7",
                "/Patient?_has:Observation:patient:code=718-7",
                "/Patient?_has:Observation:patient:code:not=8867-4&_summary=count",
                "/Practitioner?_has:Observation:performer:code:not=8867-4",
                "/Practitioner?_has:Observation:performer:code=718-7",
                "/Practitioner?_id=doc&_revinclude=Observation:performer",
                "/Observation?_id=of-anna&_revinclude=Observation:has-member",
                "/Observation?_sort=-_lastUpdated&_count=1&_total=accurate",
                "/Consent?_summary=count",
                "/Patient/_history?_count=900",
                "/_history?_count=900"
            })
    void aClosedRecordIsAsIfItWereNotThere(String path) {
        twins.same(doctor, path);
    }

    @Test
    void othersThanTheOneDeniedGoOn() {
        for (Caller other : List.of(
                twins.caller(Role.PRACTITIONER, "Practitioner/colleague", null, "user/*.rs"),
                twins.caller(Role.SYSTEM, null, null, "system/*.rs"),
                twins.caller(Role.PATIENT, null, "bela", "patient/*.rs"),
                twins.caller(Role.ADMIN, "Practitioner/admin", null, "user/*.rs"))) {
            assertThat(twins.inWhole(other).get("/Observation/of-bela").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aWordCountsAtOnceAndUntilItIsTakenBack() {
        String patient = newPatient();
        assertThat(sees(doctor, patient)).isTrue();

        Consent all = consent(patient, deny(it -> {}));
        put(all, "word-of-" + patient);
        assertThat(sees(doctor, patient)).isFalse();
        assertThat(ids(twins.inWhole(doctor).search("/Observation?_count=1000")))
                .doesNotContain("obs-" + patient);

        put(all.setStatus(ConsentState.INACTIVE), "word-of-" + patient);
        assertThat(sees(doctor, patient)).isTrue();
        put(all.setStatus(ConsentState.ACTIVE), "word-of-" + patient);
        assertThat(sees(doctor, patient)).isFalse();
        delete("/Consent/word-of-" + patient);
        assertThat(sees(doctor, patient)).isTrue();
    }

    @Test
    void whatADenialNamesIsWhatItCloses() {
        assertDenial(
                it -> it.addClass_()
                        .setSystem("http://hl7.org/fhir/resource-types")
                        .setCode("Condition"),
                true);
        assertDenial(
                it -> it.addClass_()
                        .setSystem("http://hl7.org/fhir/resource-types")
                        .setCode("Observation"),
                false);
        assertDenial(it -> actor(it, "Practitioner/colleague"), true);
        assertDenial(it -> actor(it, "Device/an-app"), false);
        assertDenial(it -> it.addPurpose().setCode("HRESCH"), true);
        assertDenial(it -> it.addPurpose().setCode("TREAT"), false);
        assertDenial(it -> it.getPeriod().setEnd(new Date(0)), true);
        assertDenial(it -> it.getPeriod().setStart(new Date(0)), false);
        assertDenial(it -> it.addSecurityLabel().setCode("PSY"), true);
        assertDenial(it -> it.addAction(new CodeableConcept(new Coding(null, "correct", null))), true);
        assertDenial(it -> it.addAction(new CodeableConcept(new Coding(null, "access", null))), false);
        // Not understood, and so it closes more than it might mean.
        assertDenial(it -> it.addCode(new CodeableConcept(new Coding("http://loinc.org", "1-1", null))), false);
        assertDenial(it -> it.addClass_().setSystem("urn:own").setCode("x"), false);
    }

    @Test
    void anExceptionOpensWhatItNames() {
        assertDenial(it -> it.addProvision(permit(inner -> actor(inner, "Practitioner/doc"))), true);
        assertDenial(it -> it.addProvision(permit(inner -> actor(inner, "Practitioner/colleague"))), false);
        assertDenial(
                it -> it.addProvision(permit(inner -> inner.addCode(new CodeableConcept(new Coding("a", "b", null))))),
                false);
    }

    @Test
    void aDenialOfOneResourceClosesThatOne() {
        String patient = newPatient();
        put(
                consent(
                        patient,
                        deny(it -> it.addData()
                                .setMeaning(ConsentDataMeaning.INSTANCE)
                                .setReference(new Reference("Observation/obs-" + patient)))),
                "word-of-" + patient);

        FhirClient client = twins.inWhole(doctor);
        assertThat(sees(doctor, patient)).isFalse();
        assertThat(client.get("/Patient/" + patient).status()).isEqualTo(200);
        assertThat(client.get("/Condition/cond-" + patient).status()).isEqualTo(200);
        assertThat(ids(client.search("/Observation?patient=" + patient))).isEmpty();
        delete("/Consent/word-of-" + patient);
    }

    @Test
    void whereNothingIsPermittedUnlessSaidAPermissionOpens() {
        String silent = newPatient();
        String open = newPatient();
        policy(new AccessPolicy(false, true, true, List.of()));
        try {
            put(consent(open, permit(it -> actor(it, "Practitioner/doc"))), "word-of-" + open);

            FhirClient client = twins.inWhole(doctor);
            assertThat(sees(doctor, silent)).isFalse();
            assertThat(sees(doctor, open)).isTrue();
            assertThat(ids(client.search("/Observation")))
                    .contains("obs-" + open)
                    .doesNotContain("obs-" + silent);
            assertThat(client.get("/Practitioner/doc").status()).isEqualTo(200);
            put(consent(open, permit(it -> actor(it, "Practitioner/colleague"))), "word-of-" + open);
            assertThat(sees(doctor, open)).isFalse();
        } finally {
            policy(OPT_OUT);
        }
    }

    @Test
    void anEmergencyOpensAClosedRecordWhereTheInstitutionSaysSo() {
        String patient = newPatient();
        put(consent(patient, deny(it -> {})), "word-of-" + patient);
        FhirClient api = FhirClient.withToken(
                Twins.SERVER.url("/api").toString(),
                twins.caller(Role.PRACTITIONER, "Practitioner/doc", null, "salus_api")
                        .in(twins.whole().value())
                        .token()
                        .orElseThrow());
        assertThat(api.send(
                                "POST",
                                "/break-glass",
                                BodyPublishers.ofString("{\"patient\":\"" + patient
                                        + "\",\"reason\":\"Unconscious in the emergency room\"}"),
                                "Content-Type",
                                "application/json")
                        .status())
                .isEqualTo(201);

        assertThat(sees(doctor, patient)).isTrue();
        policy(new AccessPolicy(false, false, false, List.of()));
        assertThat(sees(doctor, patient)).isFalse();
        policy(OPT_OUT);
        delete("/Consent/word-of-" + patient);
    }

    /** Asserts whether the doctor still sees an observation after its patient has denied what the provision says. */
    private static void assertDenial(Consumer<ProvisionComponent> saying, boolean stillSeen) {
        String patient = newPatient();
        put(consent(patient, deny(saying)), "word-of-" + patient);

        assertThat(sees(doctor, patient)).isEqualTo(stillSeen);
        assertThat(ids(twins.inWhole(doctor).search("/Observation?patient=" + patient)))
                .hasSize(stillSeen ? 1 : 0);
        delete("/Consent/word-of-" + patient);
    }

    private static String newPatient() {
        String id = "p" + UUID.randomUUID().toString().substring(0, 8);
        put(patient("Neumann"), id);
        put(observation(id), "obs-" + id);
        put(new Condition().setSubject(new Reference("Patient/" + id)), "cond-" + id);
        return id;
    }

    private static boolean sees(Caller caller, String patient) {
        return twins.inWhole(caller).get("/Observation/obs-" + patient).status() == 200;
    }

    private static void policy(AccessPolicy policy) {
        for (var tenant : List.of(twins.whole(), twins.lacking())) {
            Twins.SERVER.bean(Tenants.class).setPolicy(tenant, policy);
        }
    }

    // To both, so that they differ by nothing but what is forbidden.
    private static void put(Resource resource, String id) {
        twins.put(resource, id);
    }

    private static void delete(String path) {
        for (var tenant : List.of(twins.whole(), twins.lacking())) {
            assertThat(twins.staff(tenant.value()).delete(path).status()).isEqualTo(200);
        }
    }

    private static Consent consent(String patient, ProvisionComponent root) {
        Consent consent = new Consent().setStatus(ConsentState.ACTIVE).setPatient(new Reference("Patient/" + patient));
        consent.getScope()
                .addCoding()
                .setSystem("http://terminology.hl7.org/CodeSystem/consentscope")
                .setCode("patient-privacy");
        consent.addCategory().addCoding().setSystem("http://loinc.org").setCode("59284-0");
        consent.getPolicyRule().setText("hospital");
        return consent.setProvision(root);
    }

    private static ProvisionComponent deny(Consumer<ProvisionComponent> saying) {
        return provision(ConsentProvisionType.DENY, saying);
    }

    private static ProvisionComponent permit(Consumer<ProvisionComponent> saying) {
        return provision(ConsentProvisionType.PERMIT, saying);
    }

    private static ProvisionComponent provision(ConsentProvisionType type, Consumer<ProvisionComponent> saying) {
        ProvisionComponent provision = new ProvisionComponent().setType(type);
        saying.accept(provision);
        return provision;
    }

    private static void actor(ProvisionComponent provision, String reference) {
        provision
                .addActor()
                .setRole(new CodeableConcept(
                        new Coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", null)))
                .setReference(new Reference(reference));
    }

    private static Patient patient(String family) {
        return new Patient().addName(new HumanName().setFamily(family));
    }

    private static Observation observation(String patient) {
        return TwoRecords.observation(patient, "718-7");
    }
}
