package health.salus.smart;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two patients on the running server, Anna and Bela, with something of every kind that an app of Anna's could wish to learn
 * about Bela; and clients with whatever token a test wants.
 */
final class TwoRecords {

    static final TestServer SERVER = TestServer.shared();
    static final String FORM = "application/x-www-form-urlencoded";
    // Small attachments stay inside their resource and have no address of their own.
    static final String PADDING = ".".repeat(70_000);
    static final String SECRET = "http://loinc.org|75622-1";

    private static final TokenSource TOKENS = TokenSource.of(SERVER);
    static FhirClient staff;
    static FhirClient anna;

    static String ownObservation;
    static String foreignObservation;
    static String performedByAnna;
    static String deletedObservation;
    static String misfiledObservation;
    static DocumentReference ownDocument;
    static DocumentReference foreignDocument;
    static DocumentReference misfiledDocument;

    static {
        staff = client(Role.SYSTEM, null, "system/*.cruds");
        anna = client(Role.PATIENT, "anna", "patient/*.rs launch/patient openid");
        put(new Practitioner().addName(new HumanName().setFamily("Doktor")), "doc");
        put(new Organization().setName("Clinic"), "clinic");
        patient("anna", "Annasdottir");
        patient("bela", "Belason");
        ownObservation =
                staff.create(observation("anna", "718-7")).getIdElement().getIdPart();
        foreignObservation =
                staff.create(observation("bela", "75622-1")).getIdElement().getIdPart();
        Observation performed = observation("bela", "75622-1");
        performed.addPerformer(new Reference("Patient/anna"));
        performedByAnna = staff.create(performed).getIdElement().getIdPart();
        deletedObservation =
                staff.create(observation("bela", "75622-1")).getIdElement().getIdPart();
        staff.delete("/Observation/" + deletedObservation);
        Observation focusing = observation("anna", "718-7");
        focusing.addFocus(new Reference("Patient/bela"));
        focusing.addPerformer(new Reference("Practitioner/doc"));
        put(focusing, "focusing");
        misfiledObservation = put(observation("anna", "75622-1"), "misfiled");
        put(observation("bela", "75622-1"), "misfiled");
        ownDocument = staff.create(document("anna", "about anna"));
        foreignDocument = staff.create(document("bela", "about bela"));
        misfiledDocument = staff.create(document("anna", "misfiled under anna"));
        DocumentReference corrected = document("bela", "now where it belongs");
        put(corrected, misfiledDocument.getIdElement().getIdPart());
    }

    private TwoRecords() {}

    static FhirClient client(Role role, String patient, String scope) {
        return client(Bearer.of(role, patient, scope));
    }

    static FhirClient client(Bearer bearer) {
        String base = SERVER.fhirBase();
        return FhirClient.withToken(
                bearer.tenant().equals("default") ? base : base + "/" + bearer.tenant(), TOKENS.of(bearer));
    }

    static void patient(String id, String family) {
        Patient patient = new Patient();
        patient.addName().setFamily(family);
        patient.addIdentifier().setSystem("urn:test").setValue("mrn-" + id);
        patient.addGeneralPractitioner(new Reference("Practitioner/doc"));
        patient.setManagingOrganization(new Reference("Organization/clinic"));
        put(patient, id);
    }

    static String put(Resource resource, String id) {
        resource.setId(id);
        Answer answer = staff.put("/" + resource.fhirType() + "/" + id, resource);
        assertThat(answer.status()).as(answer.text()).isIn(200, 201);
        return id;
    }

    static Observation observation(String patient, String code) {
        return new Observation()
                .setStatus(ObservationStatus.FINAL)
                .setCode(new CodeableConcept().addCoding(new Coding("http://loinc.org", code, null)))
                .setSubject(new Reference("Patient/" + patient));
    }

    static DocumentReference document(String patient, String text) {
        DocumentReference document = new DocumentReference()
                .setStatus(DocumentReferenceStatus.CURRENT)
                .setSubject(new Reference("Patient/" + patient));
        document.addContent()
                .setAttachment(new Attachment().setContentType("text/plain").setData((text + PADDING).getBytes()));
        return document;
    }

    static Binary binary(String patient) {
        Binary binary = new Binary().setContentType("text/plain").setData("bytes".getBytes());
        return patient == null ? binary : binary.setSecurityContext(new Reference("Patient/" + patient));
    }

    static String attachment(DocumentReference document) {
        return document.getContentFirstRep().getAttachment().getUrl();
    }

    static Bundle batch(HTTPVerb verb, String url) {
        Bundle batch = new Bundle().setType(BundleType.BATCH);
        batch.addEntry().getRequest().setMethod(verb).setUrl(url);
        return batch;
    }

    static void entry(Bundle bundle, HTTPVerb verb, String url, Resource resource) {
        BundleEntryComponent entry = bundle.addEntry().setResource(resource);
        entry.getRequest().setMethod(verb).setUrl(url);
    }

    static List<String> ids(List<Resource> resources) {
        return resources.stream().map(it -> it.getIdElement().getIdPart()).toList();
    }

    static List<String> resources(Bundle bundle) {
        return bundle.getEntry().stream()
                .map(it -> it.getResource()
                        .getIdElement()
                        .toUnqualifiedVersionless()
                        .getValue())
                .toList();
    }

    static String escaped(String query) {
        return query.replace("|", "%7C").replace(" ", "%20");
    }
}
