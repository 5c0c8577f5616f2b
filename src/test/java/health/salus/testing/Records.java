package health.salus.testing;

import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

import java.math.BigDecimal;
import java.util.Random;

/** Invented records for tests. */
public final class Records {

    private static final String PATIENT_URL = "urn:uuid:7f5ed3d0-0f6c-4e5c-9d1f-0c8b3a1f2e4d";

    private Records() {}

    public static Patient patient(String family) {
        Patient patient = new Patient();
        patient.addName().setFamily(family).addGiven("Test");
        return patient;
    }

    public static Observation observation(String subject) {
        Observation observation = new Observation();
        observation.setStatus(Observation.ObservationStatus.FINAL);
        observation.setCode(new CodeableConcept(new Coding("http://loinc.org", "718-7", "Hemoglobin")));
        observation.setSubject(new Reference(subject));
        observation.setEffective(new DateTimeType("2026-01-02"));
        observation.setValue(new Quantity().setValue(new BigDecimal("13.20")).setUnit("g/dL"));
        return observation;
    }

    public static DocumentReference document(String subject, byte[] pdf) {
        DocumentReference document = new DocumentReference();
        document.setStatus(DocumentReferenceStatus.CURRENT);
        document.setSubject(new Reference(subject));
        document.addContent().getAttachment().setContentType("application/pdf").setData(pdf);
        return document;
    }

    /** A transaction with a Patient, an Encounter, an Observation and a DocumentReference with a PDF of 2 MB. */
    public static Bundle visit(String family) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        create(transaction, patient(family)).setFullUrl(PATIENT_URL);
        Encounter encounter = new Encounter();
        encounter.setStatus(Encounter.EncounterStatus.FINISHED);
        encounter.setClass_(new Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB", null));
        encounter.setSubject(new Reference(PATIENT_URL));
        create(transaction, encounter);
        create(transaction, observation(PATIENT_URL));
        create(transaction, document(PATIENT_URL, pdf(2 * 1024 * 1024)));
        return transaction;
    }

    /** Bytes that begin like a PDF and are different each time. */
    public static byte[] pdf(int size) {
        byte[] bytes = new byte[size];
        new Random().nextBytes(bytes);
        byte[] magic = {'%', 'P', 'D', 'F', '-', '1', '.', '7'};
        System.arraycopy(magic, 0, bytes, 0, magic.length);
        return bytes;
    }

    private static Bundle.BundleEntryComponent create(Bundle transaction, Resource resource) {
        Bundle.BundleEntryComponent entry = transaction.addEntry().setResource(resource);
        entry.getRequest().setMethod(HTTPVerb.POST).setUrl(resource.fhirType());
        return entry;
    }
}
