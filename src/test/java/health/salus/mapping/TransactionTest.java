package health.salus.mapping;

import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Specimen;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static health.salus.mapping.OruMapping.HEAD;
import static health.salus.mapping.OruMapping.all;
import static health.salus.mapping.OruMapping.entries;
import static health.salus.mapping.OruMapping.mapped;
import static health.salus.mapping.OruMapping.only;
import static health.salus.mapping.OruMapping.read;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/** How a message becomes one transaction that can be sent again without harm. */
class TransactionTest {

    private static final String TWO_ORDERS = read("src/test/resources/hl7v2/two-orders.hl7");

    @Test
    void patientAndOrderAreCreatedOnlyIfTheyAreNotThere() {
        Mapped mapped = mapped(HEAD + "OBX|1|NM|K^Potassium^L||4");
        assertThat(mapped.transaction().getType()).isEqualTo(BundleType.TRANSACTION);
        assertThat(entries(mapped).subList(0, 2))
                .extracting(it -> it.getRequest().getMethod() + " "
                        + it.getRequest().getUrl() + " " + it.getRequest().getIfNoneExist())
                .containsExactly(
                        "POST Patient identifier=urn%3Ax-hl7v2%3ACITYLAB%3ACITYHOSPITAL%7C4711",
                        "POST ServiceRequest identifier=urn%3Ax-hl7v2%3ACITYLAB%3APLAC%7CPL1");
    }

    @Test
    void whatTheLaboratoryOwnsIsUpdatedByItsIdentifier() {
        assertThat(entries(mapped(TWO_ORDERS)))
                .extracting(BundleEntryComponent::getRequest)
                .filteredOn(it -> it.getMethod().name().equals("PUT"))
                .extracting(it -> it.getUrl().replaceAll("%7C.*", ""))
                .containsExactly(
                        "Specimen?identifier=urn%3Ax-hl7v2%3ACITYLAB%3AFILL",
                        "DiagnosticReport?identifier=urn%3Ax-hl7v2%3ACITYLAB%3Areport",
                        "DiagnosticReport?identifier=urn%3Ax-hl7v2%3ACITYLAB%3Areport",
                        "Observation?identifier=urn%3Ax-hl7v2%3ACITYLAB%3Aobservation",
                        "Observation?identifier=urn%3Ax-hl7v2%3ACITYLAB%3Aobservation",
                        "Observation?identifier=urn%3Ax-hl7v2%3ACITYLAB%3Aobservation");
    }

    @Test
    void sameMessageGivesTheSameTransaction() {
        assertThat(mapped(TWO_ORDERS)
                        .transaction()
                        .equalsDeep(mapped(TWO_ORDERS).transaction()))
                .isTrue();
    }

    @Test
    void everyResourceSaysWhichMessageItCameFrom() {
        assertThat(entries(mapped(TWO_ORDERS)))
                .allSatisfy(
                        it -> assertThat(it.getResource().getMeta().getSource()).isEqualTo("urn:hl7v2:lab:CL-000002"));
    }

    @Test
    void referencesStayInsideTheirOrder() {
        Mapped mapped = mapped(TWO_ORDERS);
        DiagnosticReport chemistry = all(mapped, DiagnosticReport.class).get(0);
        DiagnosticReport haematology = all(mapped, DiagnosticReport.class).get(1);
        assertThat(chemistry.getResult())
                .extracting(Reference::getReference)
                .containsExactly(urlOf(mapped, 0), urlOf(mapped, 1));
        assertThat(haematology.getResult()).extracting(Reference::getReference).containsExactly(urlOf(mapped, 2));
        assertThat(haematology.getSubject().getReference())
                .isEqualTo(chemistry.getSubject().getReference())
                .isEqualTo(entries(mapped).get(0).getFullUrl());
        assertThat(haematology.getBasedOnFirstRep().getReference())
                .isNotEqualTo(chemistry.getBasedOnFirstRep().getReference());
    }

    @Test
    void oneTubeServesBothOrders() {
        Mapped mapped = mapped(TWO_ORDERS);
        Specimen specimen = only(mapped, Specimen.class);
        assertThat(specimen.getCollection()
                        .getCollectedPeriod()
                        .getStartElement()
                        .getValueAsString())
                .isEqualTo("2026-03-01T08:30:00+01:00");
        assertThat(all(mapped, Observation.class))
                .extracting(it -> it.getSpecimen().getReference())
                .containsOnly(all(mapped, DiagnosticReport.class)
                        .get(0)
                        .getSpecimenFirstRep()
                        .getReference());
    }

    @Test
    void specimenOfOldVersionsStandsInTheOrder() {
        Mapped mapped = mapped("""
                MSH|^~\\&|LABSYS|CITYLAB|||20260301||ORU^R01|M1|P|2.3
                PID|||4711^^^CITYHOSPITAL^MR
                OBR|1|PL1|F1|URC^Urine culture^L|||202603010830||||||||UR&Urine&L
                OBX|1|ST|CUL^Culture^L||no growth
                """);
        Specimen specimen = only(mapped, Specimen.class);
        assertThat(specimen.getType().getCodingFirstRep().getCode()).isEqualTo("UR");
        assertThat(only(mapped, Observation.class).getSpecimen().getReference()).isNotEmpty();
    }

    @Test
    void documentGoesIntoTheReportAndNotIntoAnObservation() {
        Mapped mapped = mapped(HEAD + """
                OBX|1|ED|PDF^Report as PDF^L||CITYLAB^application^octet-stream^Base64^JVBERi0x\\.br\\LjQK
                OBX|2|NM|K^Potassium^L||4
                """);
        Attachment document = only(mapped, DiagnosticReport.class).getPresentedFormFirstRep();
        assertThat(new String(document.getData(), UTF_8)).isEqualTo("%PDF-1.4\n");
        assertThat(document.getContentType()).isEqualTo("application/pdf");
        assertThat(document.getTitle()).isEqualTo("Report as PDF");
        assertThat(document.getSize()).isEqualTo(9);
        assertThat(all(mapped, Observation.class)).hasSize(1);
    }

    @Test
    void documentThatCannotBeDecodedIsKeptAsItWasSent() {
        Mapped mapped = mapped(HEAD + "OBX|1|ED|PDF^Report^L||LAB^AP^PDF^Base64^not base64!");
        Attachment document = only(mapped, DiagnosticReport.class).getPresentedFormFirstRep();
        assertThat(new String(document.getData(), UTF_8)).isEqualTo("LAB^AP^PDF^Base64^not base64!");
        assertThat(document.getContentType()).isEqualTo("text/plain");
        assertThat(mapped.warnings()).hasSize(1);
    }

    @Test
    void commentBelowTheOrderIsTheConclusion() {
        DiagnosticReport report = only(mapped(HEAD + "NTE|1||Haemolysed.\nNTE|2||Repeat."), DiagnosticReport.class);
        assertThat(report.getConclusion()).isEqualTo("Haemolysed.\nRepeat.");
        assertThat(report.getStatus().toCode()).isEqualTo("final");
    }

    @Test
    void ordersOfOnePlacerNumberAreOneRequestAndStillTwoReports() {
        Mapped mapped = mapped(HEAD + """
                OBX|1|NM|K^Potassium^L||4
                OBR|2|PL1|F1|CBC^Blood count^L
                OBX|1|NM|K^Potassium^L||5
                """);
        assertThat(all(mapped, ServiceRequest.class)).hasSize(1);
        assertThat(all(mapped, DiagnosticReport.class))
                .extracting(it -> it.getIdentifier().get(2).getValue())
                .containsExactly("F1/CBC", "F1/CBC/2");
        assertThat(all(mapped, Observation.class)).hasSize(2);
    }

    @Test
    void patientIsKnownByTheMedicalRecordNumberWhateverItsPlace() {
        Mapped mapped = mapped(HEAD.replace("4711^^^CITYHOSPITAL^MR", "99^^^CITYHOSPITAL^SS~4711^^^CITYHOSPITAL^MR"));
        assertThat(entries(mapped).get(0).getRequest().getIfNoneExist()).endsWith("%7C4711");
        assertThat(only(mapped, Patient.class).getIdentifier()).hasSize(2);
    }

    @Test
    void patientIdentifierWithoutANumberIsPassedOver() {
        Mapped mapped = mapped(HEAD.replace("4711^^^CITYHOSPITAL^MR", "^^^CITYHOSPITAL^MR~99^^^CITYHOSPITAL^PI"));
        assertThat(entries(mapped).get(0).getRequest().getIfNoneExist()).endsWith("%7C99");
    }

    @Test
    void specimenMayComeBeforeTheResults() {
        Mapped mapped = mapped(HEAD + "SPM|1|^S1||BLD\nNTE|1||clotted\nOBX|1|NM|K^Potassium^L||4\nNTE|1||see above\n");
        assertThat(only(mapped, Specimen.class).getNoteFirstRep().getText()).isEqualTo("clotted");
        assertThat(only(mapped, Observation.class).getNoteFirstRep().getText()).isEqualTo("see above");
        assertThat(only(mapped, Observation.class).getSpecimen().getReference()).isNotEmpty();
    }

    @Test
    void resultsOfSeveralPatientsStayApart() {
        Mapped mapped = mapped(HEAD + """
                OBX|1|NM|K^Potassium^L||4
                PID|||4712^^^CITYHOSPITAL^MR
                OBR|1|PL2|F2|CBC^Blood count^L
                OBX|1|NM|K^Potassium^L||5
                """);
        assertThat(all(mapped, Patient.class)).hasSize(2);
        assertThat(all(mapped, Observation.class))
                .extracting(it -> it.getSubject().getReference())
                .containsExactly(
                        entries(mapped).get(0).getFullUrl(),
                        entries(mapped).get(1).getFullUrl());
    }

    @Test
    void searchCharactersInIdentifiersAreEscaped() {
        Mapped mapped = mapped(HEAD.replace("|PL1|", "|A,B$C\\F\\D|"));
        assertThat(entries(mapped).get(1).getRequest().getIfNoneExist())
                .isEqualTo("identifier=urn%3Ax-hl7v2%3ACITYLAB%3APLAC%7CA%5C%2CB%5C%24C%5C%7CD");
    }

    @Test
    void numbersOfTheCommonOrderSegmentAreUsedWhereTheRequestHasNone() {
        Mapped mapped = mapped(HEAD.replace("OBR|1|PL1|F1|", "ORC|RE|PL7|F7\nOBR|1|||"));
        assertThat(only(mapped, ServiceRequest.class).getIdentifier())
                .extracting(it -> it.getValue())
                .containsExactly("PL7", "F7");
    }

    @Test
    void unknownSegmentsAreNotedAndDoNotHurt() {
        Mapped mapped = mapped(HEAD + "ZLB|1|whatever\nOBX|1|NM|K^Potassium^L||4");
        assertThat(mapped.warnings()).containsExactly("ZLB is not mapped");
        assertThat(all(mapped, Observation.class)).hasSize(1);
    }

    private static String urlOf(Mapped mapped, int observation) {
        return entries(mapped).stream()
                .filter(it -> it.getResource() instanceof Observation)
                .toList()
                .get(observation)
                .getFullUrl();
    }

    @Test
    void thousandsOfRepetitionsAreNumberedInTime() {
        int repetitions = 19_000;
        String message = HEAD + "OBX|1|NM|K^Potassium^L||4|mmol/L|||||F\n".repeat(repetitions);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            List<Observation> results = OruMapping.all(OruMapping.mapped(message), Observation.class);
            assertThat(results).hasSize(repetitions);
            assertThat(results.stream()
                            .map(it -> it.getIdentifierFirstRep().getValue())
                            .distinct())
                    .hasSize(repetitions)
                    .anyMatch(it -> it.endsWith("/" + repetitions));
        });
    }
}
