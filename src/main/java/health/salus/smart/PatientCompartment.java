package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What belongs to the record of one patient.
 *
 * <p>This is the Patient compartment of FHIR R4, cut down to the resources that are about the patient: their search
 * parameter {@code patient} says whom. Being a performer or a recipient does not make a resource part of one's record.
 * An Appointment of several patients is in nobody's record, so that none of them learns of the others. Left out are types in
 * which the data of several patients stand together (Group, Schedule) or which speak of the people behind them (Provenance,
 * Person).
 *
 * @see <a href="https://hl7.org/fhir/R4/compartmentdefinition-patient.html">FHIR R4, Patient compartment</a>
 */
final class PatientCompartment {

    /** The search parameter that says whom a resource of the compartment is about. */
    static final String OWNER = "patient";

    private static final String PATIENT = "Patient";
    private static final String BINARY = "Binary";
    private static final String TRAIL = "AuditEvent";
    private static final String ONLY_PATIENTS = ".where(resolve() is Patient)";

    private static final Set<String> TYPES = Set.of(
            "Account",
            "AllergyIntolerance",
            "Appointment",
            "AppointmentResponse",
            "Basic",
            "BodyStructure",
            "CarePlan",
            "CareTeam",
            "ChargeItem",
            "Claim",
            "ClaimResponse",
            "ClinicalImpression",
            "Communication",
            "CommunicationRequest",
            "Composition",
            "Condition",
            "Consent",
            "Coverage",
            "CoverageEligibilityRequest",
            "CoverageEligibilityResponse",
            "DetectedIssue",
            "DeviceRequest",
            "DeviceUseStatement",
            "DiagnosticReport",
            "DocumentManifest",
            "DocumentReference",
            "Encounter",
            "EnrollmentRequest",
            "EpisodeOfCare",
            "ExplanationOfBenefit",
            "FamilyMemberHistory",
            "Flag",
            "Goal",
            "ImagingStudy",
            "Immunization",
            "ImmunizationEvaluation",
            "ImmunizationRecommendation",
            "Invoice",
            "List",
            "MeasureReport",
            "Media",
            "MedicationAdministration",
            "MedicationDispense",
            "MedicationRequest",
            "MedicationStatement",
            "MolecularSequence",
            "NutritionOrder",
            "Observation",
            "Procedure",
            "QuestionnaireResponse",
            "RelatedPerson",
            "RequestGroup",
            "ResearchSubject",
            "RiskAssessment",
            "ServiceRequest",
            "Specimen",
            "SupplyDelivery",
            "VisionPrescription");

    // Everybody in care is pointed to these, and none of them says anything about a patient.
    private static final Set<String> UNIVERSAL =
            Set.of("Practitioner", "PractitionerRole", "Organization", "Location", "Medication");

    // What an institution says about care, and nothing about anybody in it.
    private static final Set<String> ABOUT_NOBODY = Set.of(
            "ActivityDefinition",
            "CapabilityStatement",
            "CodeSystem",
            "ConceptMap",
            "Endpoint",
            "HealthcareService",
            "Library",
            "Measure",
            "NamingSystem",
            "ObservationDefinition",
            "OperationDefinition",
            "PlanDefinition",
            "Questionnaire",
            "SearchParameter",
            "SpecimenDefinition",
            "StructureDefinition",
            "StructureMap",
            "Substance",
            "ValueSet");

    private PatientCompartment() {}

    static Set<String> types() {
        return TYPES;
    }

    /** Tells whether resources of this type say by {@link #OWNER} whom they are about. */
    static boolean hasOwner(String type) {
        return TYPES.contains(type);
    }

    /** Tells whether resources of this type may be read along with any patient's record. */
    static boolean isUniversal(String type) {
        return UNIVERSAL.contains(type);
    }

    /** Tells whether no resource of this type says anything about a patient. */
    static boolean isAboutNobody(String type) {
        return isUniversal(type) || ABOUT_NOBODY.contains(type);
    }

    /** Tells whether this resource is one of the patients, is about them and nobody else, or is the same to everybody. */
    static boolean contains(FhirContext context, IBaseResource resource, Set<String> patients) {
        String type = context.getResourceType(resource);
        if (type.equals(PATIENT)) {
            return isOne(resource.getIdElement().getIdPart(), patients);
        }
        if (isUniversal(type)) {
            return true;
        }
        List<IIdType> owners = owners(context, resource, type);
        return !owners.isEmpty() && owners.stream().allMatch(owner -> isPatient(owner, patients));
    }

    /** Tells whether this resource is one of the patients or is about one of them, whoever else it may be about. */
    static boolean names(FhirContext context, IBaseResource resource, Set<String> patients) {
        String type = context.getResourceType(resource);
        if (type.equals(PATIENT)) {
            return isOne(resource.getIdElement().getIdPart(), patients);
        }
        List<IIdType> named = hasOwner(type) || type.equals(BINARY)
                ? owners(context, resource, type)
                : patients(
                        context
                                .newTerser()
                                .getAllPopulatedChildElementsOfType(resource, IBaseReference.class)
                                .stream());
        return named.stream().anyMatch(owner -> isPatient(owner, patients));
    }

    /** Tells whether resources of this type are patients or about patients; of {@code *} it is so. */
    static boolean isOfPatient(String type) {
        return type.equals(PATIENT) || type.equals(BINARY) || type.equals(ClinicalScope.ANY_TYPE) || hasOwner(type);
    }

    // What is about to be made has no id yet.
    private static boolean isOne(@Nullable String id, Set<String> patients) {
        return id != null && patients.contains(id);
    }

    private static List<IIdType> owners(FhirContext context, IBaseResource resource, String type) {
        if (type.equals(BINARY)) {
            return references(context, resource, "Binary.securityContext");
        }
        // Whose data somebody saw: the event is then cut down to what concerns this patient.
        if (type.equals(TRAIL)) {
            return references(context, resource, "AuditEvent.entity.what");
        }
        return hasOwner(type) ? references(context, resource, ownerPath(context, type)) : List.of();
    }

    /** Returns the element that the search parameter reads. */
    static String ownerPath(FhirContext context, String type) {
        RuntimeSearchParam owner = context.getResourceDefinition(type).getSearchParam(OWNER);
        if (owner == null) {
            throw new IllegalStateException(type + " has no search parameter " + OWNER);
        }
        return plainPath(owner);
    }

    /** Returns the element that a search parameter reads, whatever it points to. */
    static String plainPath(RuntimeSearchParam parameter) {
        return parameter.getPath().replace(ONLY_PATIENTS, "");
    }

    private static List<IIdType> references(FhirContext context, IBaseResource resource, String path) {
        return patients(context.newTerser().getValues(resource, path, IBaseReference.class).stream());
    }

    private static List<IIdType> patients(Stream<IBaseReference> references) {
        return references
                .map(IBaseReference::getReferenceElement)
                // Elements such as Appointment.participant.actor also name people who care for the patient.
                .filter(reference -> reference.hasIdPart() && PATIENT.equals(reference.getResourceType()))
                .toList();
    }

    private static boolean isPatient(IIdType reference, Set<String> patients) {
        return !reference.hasBaseUrl() && patients.contains(reference.getIdPart());
    }
}
