package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Type;
import org.junit.jupiter.api.Test;

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
        return client.search(path(parameter, values)).stream()
                .map(it -> it.getIdElement().getIdPart())
                .toList();
    }

    private String path(String parameter, String... values) {
        return "/Observation?subject=" + subject + "&"
                + Arrays.stream(values)
                        .map(value -> parameter + "=" + FhirClient.encode(value))
                        .collect(Collectors.joining("&"));
    }
}
