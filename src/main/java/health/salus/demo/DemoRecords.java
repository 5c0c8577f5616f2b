package health.salus.demo;

import health.salus.fhir.ResourceWriter;
import health.salus.fhir.WriteOrigin;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

import java.util.List;

/** The patient and the practitioner whom the demo users stand for; invented people. */
@Component
class DemoRecords {

    private static final String SYSTEM = "https://salus.health/demo";

    private final ResourceWriter writer;

    DemoRecords(ResourceWriter writer) {
        this.writer = writer;
    }

    /** Makes sure that they exist and leaves them alone where they do, so that a newcomer's changes stay. */
    Ids ensure() {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        createIfNone(transaction, patient(), "patient");
        createIfNone(transaction, practitioner(), "doctor");
        List<String> ids =
                writer.transaction(new WriteOrigin(TenantId.DEFAULT, "demo"), transaction).getEntry().stream()
                        .map(entry -> new IdType(entry.getResponse().getLocation()).getIdPart())
                        .toList();
        return new Ids(ids.get(0), ids.get(1));
    }

    private static Patient patient() {
        Patient patient = new Patient();
        patient.addIdentifier().setSystem(SYSTEM).setValue("patient");
        patient.addName().setFamily("Exempel").addGiven("Paula");
        patient.setGender(AdministrativeGender.FEMALE).setBirthDateElement(new DateType("1980-02-29"));
        return patient;
    }

    private static Practitioner practitioner() {
        Practitioner practitioner = new Practitioner();
        practitioner.addIdentifier().setSystem(SYSTEM).setValue("doctor");
        practitioner.addName().setFamily("Probst").addGiven("Dora");
        return practitioner;
    }

    private static void createIfNone(Bundle transaction, Resource resource, String identifier) {
        transaction
                .addEntry()
                .setResource(resource)
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl(resource.fhirType())
                .setIfNoneExist("identifier=" + SYSTEM + "|" + identifier);
    }

    /** The ids of the two, without their types. */
    record Ids(String patient, String practitioner) {}
}
