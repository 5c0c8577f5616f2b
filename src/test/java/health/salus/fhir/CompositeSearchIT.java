package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.MolecularSequence;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** Both values of a composite parameter are of one element, https://hl7.org/fhir/R4/search.html#composite. */
class CompositeSearchIT {

    private static final String LOINC = "http://loinc.org";
    private static final String SNOMED = "http://snomed.info/sct";
    private static final String UCUM = "http://unitsofmeasure.org";
    private static final String SYSTOLIC = "8480-6";
    private static final String DIASTOLIC = "8462-4";

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String subject =
            "Patient/" + client.create(Records.patient("Paar")).getIdElement().getIdPart();

    @Test
    void aComponentIsFoundByItsOwnCodeAndValueOnly() {
        String pressure =
                observation("85354-9", null, SYSTOLIC, quantity("140", "mm[Hg]"), DIASTOLIC, quantity("80", "mm[Hg]"));

        assertThat(found("component-code-value-quantity", SYSTOLIC + "$gt130")).containsExactly(pressure);
        assertThat(found("component-code-value-quantity", LOINC + "|" + SYSTOLIC + "$140|" + UCUM + "|mm[Hg]"))
                .containsExactly(pressure);
        assertThat(found("component-code-value-quantity", DIASTOLIC + "$gt130")).isEmpty();
        assertThat(found("component-code-value-quantity", SYSTOLIC + "$80")).isEmpty();
        assertThat(found("component-code-value-quantity", SYSTOLIC + "$80," + DIASTOLIC + "$80"))
                .containsExactly(pressure);
        assertThat(found("component-code-value-quantity", SYSTOLIC + "$140", DIASTOLIC + "$140"))
                .isEmpty();
    }

    @Test
    void anyUnitThatUcumConvertsIsComparedWithinItsElement() {
        String sodium =
                observation("51990-0", null, "2947-0", quantity("2", "g/L"), "6298-4", quantity("150", "mg/dL"));

        assertThat(found("component-code-value-quantity", "2947-0$200|" + UCUM + "|mg/dL"))
                .containsExactly(sodium);
        assertThat(found("component-code-value-quantity", "6298-4$1.5|" + UCUM + "|g/L"))
                .containsExactly(sodium);
        assertThat(found("component-code-value-quantity", "6298-4$200|" + UCUM + "|mg/dL"))
                .isEmpty();
        assertThat(found("component-code-value-quantity", "6298-4$gt1.6|" + UCUM + "|g/L"))
                .isEmpty();
    }

    @Test
    void comboLooksAtTheResourceAndItsComponentsButDoesNotMixThem() {
        String both = observation(
                "85354-9",
                quantity("107", "mm[Hg]"),
                SYSTOLIC,
                quantity("140", "mm[Hg]"),
                DIASTOLIC,
                quantity("80", "mm[Hg]"));

        assertThat(found("combo-code-value-quantity", "85354-9$107")).containsExactly(both);
        assertThat(found("combo-code-value-quantity", DIASTOLIC + "$lt90")).containsExactly(both);
        assertThat(found("combo-code-value-quantity", "85354-9$140")).isEmpty();
        assertThat(found("combo-code-value-quantity", SYSTOLIC + "$107")).isEmpty();
        assertThat(found("code-value-quantity", "85354-9$107")).containsExactly(both);
        assertThat(found("code-value-quantity", "85354-9$108")).isEmpty();
    }

    @Test
    void conceptsArePairedLikeQuantities() {
        String typing = observation("882-1", null, "883-9", concept("112144000"), "10331-7", concept("165747007"));

        assertThat(found("component-code-value-concept", "883-9$112144000")).containsExactly(typing);
        assertThat(found("component-code-value-concept", LOINC + "|10331-7$" + SNOMED + "|165747007"))
                .containsExactly(typing);
        assertThat(found("component-code-value-concept", "883-9$165747007")).isEmpty();
        assertThat(found("combo-code-value-concept", "883-9$165747007")).isEmpty();
        assertThat(found("combo-code-value-concept", "10331-7$165747007")).containsExactly(typing);
    }

    @Test
    void countsPairAsWell() {
        observation("85354-9", null, SYSTOLIC, quantity("140", "mm[Hg]"), DIASTOLIC, quantity("80", "mm[Hg]"));

        String path = path("component-code-value-quantity", DIASTOLIC + "$140") + "&_summary=count";
        assertThat(client.get(path).resource(Bundle.class).getTotal()).isZero();
    }

    @Test
    void documentsAreFoundByWhatTheyAreToAnother() {
        String first = document();
        String second = document();
        String relating = client.create(
                        related(first, DocumentRelationshipType.REPLACES, second, DocumentRelationshipType.APPENDS))
                .getIdElement()
                .getIdPart();

        for (String form : List.of("", "DocumentReference/", server.fhirBase() + "/DocumentReference/")) {
            assertThat(ids("/DocumentReference?relationship=" + FhirClient.encode(form + first + "$replaces")))
                    .as(form)
                    .containsExactly(relating);
            assertThat(ids("/DocumentReference?relationship=" + FhirClient.encode(form + first + "$appends")))
                    .as(form)
                    .isEmpty();
        }
        assertThat(ids("/DocumentReference?relationship="
                        + FhirClient.encode(first + "$appends," + second
                                + "$http://hl7.org/fhir/document-relationship-type|appends")))
                .isEmpty();
        assertThat(ids("/DocumentReference?relationship="
                        + FhirClient.encode(first + "$appends," + second + "$appends")))
                .containsExactly(relating);
    }

    @Test
    void characteristicsOfGroupsArePairedWithTheirCodesAndTruthValues() {
        Group group = new Group().setType(Group.GroupType.PERSON).setActual(false);
        group.addIdentifier().setValue(subject);
        group.addCharacteristic()
                .setCode(new CodeableConcept(new Coding(SNOMED, "gender", null)))
                .setValue(concept("male"))
                .setExclude(false);
        group.addCharacteristic()
                .setCode(new CodeableConcept(new Coding(SNOMED, "smoker", null)))
                .setValue(new BooleanType(true))
                .setExclude(false);
        String id = client.create(group).getIdElement().getIdPart();
        String path = "/Group?identifier=" + FhirClient.encode(subject) + "&characteristic-value=";

        assertThat(ids(path + FhirClient.encode("gender$male"))).containsExactly(id);
        assertThat(ids(path + FhirClient.encode(SNOMED + "|smoker$true"))).containsExactly(id);
        assertThat(ids(path + FhirClient.encode("gender$true"))).isEmpty();
        assertThat(ids(path + FhirClient.encode("smoker$false"))).isEmpty();
    }

    @Test
    void sequencesAreFoundByChromosomeAndPlaceWhichAreThreeValues() {
        MolecularSequence sequence = new MolecularSequence().setCoordinateSystem(0);
        sequence.addIdentifier().setValue(subject);
        sequence.getReferenceSeq()
                .setChromosome(new CodeableConcept(
                        new Coding("http://terminology.hl7.org/CodeSystem/chromosome-human", "7", null)))
                .setReferenceSeqId(
                        new CodeableConcept(new Coding("http://www.ncbi.nlm.nih.gov/nuccore", "NC_000007.14", null)))
                .setWindowStart(100)
                .setWindowEnd(200);
        sequence.addVariant().setStart(110).setEnd(120);
        sequence.addVariant().setStart(150).setEnd(160);
        String id = client.create(sequence).getIdElement().getIdPart();
        String path = "/MolecularSequence?identifier=" + FhirClient.encode(subject) + "&";

        assertThat(ids(path + "chromosome-variant-coordinate=7$110$120")).containsExactly(id);
        assertThat(ids(path + "chromosome-variant-coordinate=7$gt145$lt170")).containsExactly(id);
        assertThat(ids(path + "chromosome-variant-coordinate=7$110$160")).isEmpty();
        assertThat(ids(path + "chromosome-variant-coordinate=8$110$120")).isEmpty();
        assertThat(ids(path + "chromosome-window-coordinate=7$100$200")).containsExactly(id);
        assertThat(ids(path + "chromosome-window-coordinate=7$lt100$200")).isEmpty();
        assertThat(ids(path + "referenceseqid-variant-coordinate=NC_000007.14$150$160"))
                .containsExactly(id);
        assertThat(ids(path + "referenceseqid-window-coordinate=NC_000007.14$ge100$le200"))
                .containsExactly(id);
    }

    @Test
    void valuesOfObservationsArePairedWithCodesAsTextsAndDates() {
        Observation told = Records.observation(subject);
        told.setCode(new CodeableConcept(new Coding(LOINC, "8251-1", null))).setValue(new StringType("Äpfel täglich"));
        String text = client.create(told).getIdElement().getIdPart();
        Observation dated = Records.observation(subject);
        dated.setCode(new CodeableConcept(new Coding(LOINC, "8665-2", null))).setValue(new DateTimeType("2020-06"));
        String date = client.create(dated).getIdElement().getIdPart();
        Observation lasting = Records.observation(subject);
        lasting.setCode(new CodeableConcept(new Coding(LOINC, "8665-2", null)))
                .setValue(new Period()
                        .setStartElement(new DateTimeType("2021-01-01T10:00:00Z"))
                        .setEndElement(new DateTimeType("2021-01-03")));
        String period = client.create(lasting).getIdElement().getIdPart();

        assertThat(found("code-value-string", "8251-1$apfel")).containsExactly(text);
        assertThat(found("code-value-string", "8251-1$täglich")).isEmpty();
        assertThat(found("code-value-string", "8665-2$apfel")).isEmpty();
        assertThat(found("code-value-date", "8665-2$2020")).containsExactly(date);
        assertThat(found("code-value-date", "8665-2$ge2020-06")).containsExactlyInAnyOrder(date, period);
        assertThat(found("code-value-date", "8665-2$gt2020-06-15")).containsExactlyInAnyOrder(date, period);
        assertThat(found("code-value-date", "8665-2$sa2020-06-15")).containsExactly(period);
        assertThat(found("code-value-date", "8665-2$2021-01")).containsExactly(period);
        assertThat(found("code-value-date", "8665-2$lt2021-01-01T11:00:00+01:00"))
                .containsExactly(date);
        assertThat(found("code-value-date", "8665-2$eb2020-07-01,8251-1$ge2000"))
                .containsExactly(date);
    }

    @Test
    void whoIsReferredToIsFoundByPairsToo() {
        observation("85354-9", null, SYSTOLIC, quantity("141", "mm[Hg]"), DIASTOLIC, quantity("80", "mm[Hg]"));
        String path = "/Patient?_id=" + subject.substring("Patient/".length())
                + "&_has:Observation:patient:component-code-value-quantity=";

        assertThat(ids(path + FhirClient.encode(SYSTOLIC + "$141"))).hasSize(1);
        assertThat(ids(path + FhirClient.encode(DIASTOLIC + "$141"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Observation?code-value-quantity=8480-6",
                "/Observation?code-value-quantity=8480-6$",
                "/Observation?code-value-quantity=8480-6$1$2",
                "/Observation?code-value-quantity=8480-6$much",
                "/Observation?code-value-quantity=8480-6$1e999999999",
                "/Observation?code-value-date=8665-2$yesterday",
                "/Observation?code-value-quantity:missing=true",
                "/MolecularSequence?chromosome-variant-coordinate=7$110",
                "/Patient?_has:Observation:patient:code-value-quantity=8480-6"
            })
    void whatHasNotOneValueForEachComponentIsRefused(String path) {
        Answer answer = client.get(path);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.diagnostics()).isNotBlank();
    }

    private String document() {
        return client.create(new DocumentReference().setStatus(DocumentReferenceStatus.CURRENT))
                .getIdElement()
                .getIdPart();
    }

    private static DocumentReference related(
            String first, DocumentRelationshipType toFirst, String second, DocumentRelationshipType toSecond) {
        DocumentReference document = new DocumentReference().setStatus(DocumentReferenceStatus.CURRENT);
        document.addRelatesTo().setCode(toFirst).setTarget(new Reference("DocumentReference/" + first));
        document.addRelatesTo().setCode(toSecond).setTarget(new Reference("DocumentReference/" + second));
        return document;
    }

    private List<String> ids(String path) {
        return client.search(path).stream()
                .map(it -> it.getIdElement().getIdPart())
                .toList();
    }

    private String observation(
            String code, Type value, String first, Type firstValue, String second, Type secondValue) {
        Observation observation = Records.observation(subject);
        observation.setCode(new CodeableConcept(new Coding(LOINC, code, null))).setValue(value);
        observation
                .addComponent()
                .setCode(new CodeableConcept(new Coding(LOINC, first, null)))
                .setValue(firstValue);
        observation
                .addComponent()
                .setCode(new CodeableConcept(new Coding(LOINC, second, null)))
                .setValue(secondValue);
        return client.create(observation).getIdElement().getIdPart();
    }

    private static Quantity quantity(String value, String unit) {
        return new Quantity()
                .setValue(new BigDecimal(value))
                .setUnit(unit)
                .setSystem(UCUM)
                .setCode(unit);
    }

    private static CodeableConcept concept(String code) {
        return new CodeableConcept(new Coding(SNOMED, code, null));
    }

    private List<String> found(String parameter, String... values) {
        return ids(path(parameter, values));
    }

    private String path(String parameter, String... values) {
        return "/Observation?subject=" + subject + "&"
                + Arrays.stream(values)
                        .map(value -> parameter + "=" + FhirClient.encode(value))
                        .collect(Collectors.joining("&"));
    }
}
