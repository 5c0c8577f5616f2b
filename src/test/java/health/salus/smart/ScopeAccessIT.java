package health.salus.smart;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static health.salus.smart.TwoRecords.SECRET;
import static health.salus.smart.TwoRecords.attachment;
import static health.salus.smart.TwoRecords.batch;
import static health.salus.smart.TwoRecords.client;
import static health.salus.smart.TwoRecords.entry;
import static health.salus.smart.TwoRecords.escaped;
import static health.salus.smart.TwoRecords.foreignObservation;
import static health.salus.smart.TwoRecords.ids;
import static health.salus.smart.TwoRecords.observation;
import static health.salus.smart.TwoRecords.ownDocument;
import static health.salus.smart.TwoRecords.ownObservation;
import static health.salus.smart.TwoRecords.staff;
import static org.assertj.core.api.Assertions.assertThat;

/** Attacks by clients whose scopes cover some types or some interactions only. */
class ScopeAccessIT {

    @Test
    void aScopeForOneTypeOpensNoOther() {
        FhirClient observer = client(Role.SYSTEM, null, "system/Observation.rs");

        assertThat(observer.get("/Observation/" + foreignObservation).status()).isEqualTo(200);
        assertThat(observer.get("/Patient/bela").status()).isEqualTo(403);
        assertThat(observer.get("/Patient?name=Belason").status()).isEqualTo(403);
        assertThat(observer.search("/Observation?_id=focusing&_include=Observation:subject"))
                .extracting(Resource::fhirType)
                .containsExactly("Observation");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Observation?subject:Patient.name=Belason",
                "/Observation?subject.name=Belason",
                "/Observation?patient.name=Belason",
                "/Observation?_has:DiagnosticReport:result:status=final",
                "/Observation?_sort=patient.name",
                "/Observation?patient._has:Condition:patient:code=1"
            })
    void aScopeForOneTypeAnswersNoQuestionAboutAnother(String query) {
        FhirClient observer = client(Role.SYSTEM, null, "system/Observation.rs");

        assertThat(observer.get(query + "&_summary=count").status()).isIn(400, 403);
    }

    @Test
    void chainsLeadWhereTheScopesReach() {
        FhirClient both = client(Role.SYSTEM, null, "system/Observation.rs system/Patient.rs");

        assertThat(ids(both.search("/Observation?subject:Patient.name=Belason")))
                .contains(foreignObservation);
        assertThat(ids(both.search("/Patient?_has:Observation:patient:code=75622-1")))
                .contains("bela");
    }

    @Test
    void findingAndReadingAreTwoRights() {
        FhirClient reader = client(Role.SYSTEM, null, "system/Observation.r");
        FhirClient finder = client(Role.SYSTEM, null, "system/Observation.s system/DocumentReference.s");

        assertThat(reader.get("/Observation/" + ownObservation).status()).isEqualTo(200);
        assertThat(reader.get("/Observation?_id=" + ownObservation).status()).isEqualTo(403);
        assertThat(finder.get("/Observation/" + ownObservation).status()).isEqualTo(403);
        assertThat(ids(finder.search("/Observation?_id=" + ownObservation))).containsExactly(ownObservation);
        assertThat(finder.get(attachment(ownDocument)).status()).isEqualTo(404);
    }

    @Test
    void aWriterWhoMayNotReadIsToldNothing() {
        FhirClient writer = client(Role.SYSTEM, null, "system/Observation.cu");

        Answer created = writer.post("/Observation", observation("anna", "1-8"), "Prefer", "return=representation");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.text()).doesNotContain("1-8");
        assertThat(writer.post("/Observation", observation("anna", "1-8"), "If-None-Exist", "code=" + SECRET)
                        .status())
                .isEqualTo(403);
        assertThat(writer.put("/Observation?code=" + escaped(SECRET), observation("anna", "1-8"))
                        .status())
                .isEqualTo(403);
        assertThat(writer.delete("/Observation/focusing").status()).isEqualTo(403);
    }

    @Test
    void makingSomethingByPutTakesTheRightToCreate() {
        FhirClient updater = client(Role.SYSTEM, null, "system/Observation.ru");

        assertThat(updater.put(
                                "/Observation/made-by-put",
                                observation("anna", "1-8").setId("made-by-put"))
                        .status())
                .isEqualTo(403);
        assertThat(staff.get("/Observation/made-by-put").status()).isEqualTo(404);
    }

    @Test
    void oneEntryThatIsNotAllowedSpoilsTheTransaction() {
        FhirClient writer = client(Role.SYSTEM, null, "system/Observation.cruds");
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        entry(transaction, HTTPVerb.PUT, "Observation/in-a-bundle", observation("anna", "1-8"));
        entry(transaction, HTTPVerb.PUT, "Organization/in-a-bundle", new Organization().setName("Smuggled"));

        assertThat(writer.post("/", transaction).status()).isEqualTo(403);
        assertThat(staff.get("/Observation/in-a-bundle").status()).isEqualTo(404);
    }

    @Test
    void aReferenceByConditionTakesTheRightToSearch() {
        FhirClient writer = client(Role.SYSTEM, null, "system/Observation.cruds");
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        Observation pointing = observation("anna", "1-8");
        pointing.setSubject(new Reference("Patient?identifier=urn:test|mrn-bela"));
        entry(transaction, HTTPVerb.POST, "Observation", pointing);

        assertThat(writer.post("/", transaction).status()).isEqualTo(403);
        assertThat(staff.post("/", transaction).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "north/Patient/x",
                "default/Patient/anna",
                "Patient/anna/$everything",
                "$get-resource-counts",
                "../north/Patient/x"
            })
    void aBatchReachesNeitherAnotherTenantNorAnOperation(String url) {
        assertThat(staff.post("/", batch(HTTPVerb.GET, url)).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/$expunge",
                "/Patient/anna/$expunge",
                "/$mark-all-resources-for-reindexing",
                "/$perform-reindexing-pass",
                "/$reindex-terminology",
                "/Patient/$hapi.fhir.merge"
            })
    void operationsThatNobodyWasGivenAreRefusedToAll(String operation) {
        assertThat(staff.post(operation, new Parameters()).status()).isIn(400, 403, 404, 405);
    }

    @Test
    void deletingDoesNotDestroy() {
        String id = staff.create(observation("anna", "1-8")).getIdElement().getIdPart();

        staff.delete("/Observation/" + id + "?_expunge=true");

        assertThat(staff.get("/Observation/" + id + "/_history/1").status()).isEqualTo(200);
    }
}
