package health.salus.mapping;

import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Specimen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static health.salus.mapping.OruMapping.HEAD;
import static health.salus.mapping.OruMapping.all;
import static health.salus.mapping.OruMapping.entries;
import static health.salus.mapping.OruMapping.mapped;
import static health.salus.mapping.OruMapping.only;
import static org.assertj.core.api.Assertions.assertThat;

/** What each type of message, and each code of its state, makes of what it is about. */
class EventTest {

    private static final String PATIENT = "PID|||4711^^^CITYHOSPITAL^MR||Mustermann^Erika";
    private static final String TUBE = "SPM|1|^S1||BLD";
    private static final String RESULT = "OBX|1|NM|K^Potassium^L||4|mmol/L|||||F";

    @ParameterizedTest
    @ValueSource(strings = {"ORU^R01", "ORU^R30", "ORU^R32"})
    void resultByOrder(String type) {
        hasOneResult(mapped(message(type, PATIENT, "OBR|1|PL1|F1|CBC^Blood count^L", RESULT, TUBE)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OUL^R22", "OUL^R23"})
    void resultBySpecimen(String type) {
        hasOneResult(mapped(message(type, PATIENT, TUBE, "OBR|1|PL1|F1|CBC^Blood count^L", RESULT)));
    }

    @Test
    void resultByOrderWithTheSpecimenBelow() {
        hasOneResult(mapped(message("OUL^R24", PATIENT, "OBR|1|PL1|F1|CBC^Blood count^L", RESULT, TUBE)));
    }

    private static void hasOneResult(Mapped mapped) {
        String specimen = entries(mapped).stream()
                .filter(it -> it.getResource() instanceof Specimen)
                .findFirst()
                .orElseThrow()
                .getFullUrl();
        Observation result = only(mapped, Observation.class);
        assertThat(result.getValueQuantity().getValue()).isEqualByComparingTo("4");
        assertThat(result.getSpecimen().getReference()).isEqualTo(specimen);
        assertThat(only(mapped, DiagnosticReport.class).getResult()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "A,partial",
        "C,corrected",
        "F,final",
        "I,registered",
        "M,preliminary",
        "N,registered",
        "O,registered",
        "P,preliminary",
        "R,partial",
        "S,registered",
        "X,cancelled",
        "Z,unknown",
        "'',unknown"
    })
    void everyStatusOfAReportHasACounterpart(String sent, String status) {
        String order = "||||||||||||||||||";
        DiagnosticReport report =
                only(mapped(HEAD.replace(order + "F", order + sent) + RESULT), DiagnosticReport.class);
        assertThat(report.getStatus().toCode()).isEqualTo(status);
    }

    @Test
    void specimenThatTheLaboratoryRejectsIsUnsatisfactoryAndSaysWhy() {
        String rejected = TUBE + "|||||||||||||||||QNS^Quantity not sufficient^HL70490";
        Specimen specimen = only(mapped(HEAD + RESULT + "\n" + rejected), Specimen.class);
        assertThat(specimen.getStatus().toCode()).isEqualTo("unsatisfactory");
        assertThat(specimen.getConditionFirstRep().getCodingFirstRep().getCode())
                .isEqualTo("QNS");
        assertThat(only(mapped(HEAD + RESULT + "\n" + TUBE), Specimen.class).hasStatus())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ORM^O01", "OML^O21", "OMG^O19"})
    void orderIsARequest(String type) {
        ServiceRequest request = only(
                mapped(message(type, PATIENT, "ORC|NW|PL1", "OBR|1|PL1||CBC^Blood count^L")), ServiceRequest.class);
        assertThat(request.getStatus().toCode()).isEqualTo("active");
        assertThat(request.getCode().getText()).isEqualTo("Blood count");
    }

    @ParameterizedTest
    @CsvSource({
        "NW,'',active",
        "SN,'',active",
        "XO,'',active",
        "RO,'',active",
        "RP,'',active",
        "CA,'',revoked",
        "OC,'',revoked",
        "DC,'',revoked",
        "OD,'',revoked",
        "HD,'',on-hold",
        "??,'',unknown",
        // How it stands counts for more than what is asked for.
        "CA,IP,active",
        "NW,CM,completed",
        "NW,CA,revoked",
        "XO,HD,on-hold"
    })
    void controlAndStatusOfAnOrderSayHowItStands(String control, String status, String expected) {
        Mapped mapped =
                mapped(message("ORM^O01", PATIENT, "ORC|" + control + "|PL1|||" + status, "OBR|1|PL1||CBC^Count^L"));
        assertThat(only(mapped, ServiceRequest.class).getStatus().toCode()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "T01,current",
        "T02,current",
        "T03,current",
        "T04,current",
        "T05,current",
        "T06,current",
        "T07,current",
        "T08,current",
        "T09,current",
        "T10,current",
        "T11,entered-in-error"
    })
    void eventSaysHowADocumentStands(String event, String status) {
        DocumentReference document = only(mapped(document(event, "")), DocumentReference.class);
        assertThat(document.getStatus().toCode()).isEqualTo(status);
        assertThat(document.getMasterIdentifier().getValue()).isEqualTo("D-1");
        assertThat(document.getDocStatus().toCode()).isEqualTo("final");
        assertThat(document.hasRelatesTo()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"T09", "T10"})
    void replacementNamesTheDocumentWhosePlaceItTakes(String event) {
        DocumentReference document = only(mapped(document(event, "D-0")), DocumentReference.class);
        assertThat(document.getRelatesToFirstRep().getCode().toCode()).isEqualTo("replaces");
        assertThat(document.getRelatesToFirstRep().getTarget().getIdentifier().getValue())
                .isEqualTo("D-0");
    }

    @ParameterizedTest
    @CsvSource({
        "S12,booked",
        "S13,booked",
        "S14,booked",
        "S15,cancelled",
        "S16,cancelled",
        "S17,entered-in-error",
        "S18,booked",
        "S19,booked",
        "S20,booked",
        "S21,booked",
        "S22,booked",
        "S23,booked",
        "S24,booked",
        "S26,noshow"
    })
    void eventSaysHowAnAppointmentStands(String event, String status) {
        Appointment appointment = only(
                mapped(message(
                        "SIU^" + event,
                        "SCH|AP-1|AF-1||||PAT^Patient is ill^L|||30|min|^^30^20260310090000+0100^20260310093000+0100",
                        PATIENT)),
                Appointment.class);
        assertThat(appointment.getStatus().toCode()).isEqualTo(status);
        assertThat(appointment.getStartElement().getValueAsString()).isEqualTo("2026-03-10T09:00:00+01:00");
        assertThat(appointment.hasCancelationReason()).isEqualTo(event.equals("S15") || event.equals("S17"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A28", "A31"})
    void personWithoutAVisitHasNone(String event) {
        Mapped mapped = mapped(message("ADT^" + event, PATIENT, "PV1||N"));
        assertThat(all(mapped, Encounter.class)).isEmpty();
        assertThat(entries(mapped)).hasSize(1);
    }

    private static String document(String event, String replaced) {
        return message(
                "MDM^" + event,
                PATIENT,
                "PV1||I",
                "TXA|1|CN|TX|20260301080000||||||||D-1|" + replaced + "||||AU",
                "OBX|1|TX|CN^Consultation^L||All is well.||||||F");
    }

    private static String message(String type, String... segments) {
        return "MSH|^~\\&|LABSYS|CITYLAB|||20260301103015||" + type + "|M1|P|2.5.1\n" + String.join("\n", segments);
    }
}
