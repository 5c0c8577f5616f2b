package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

/** Searches by number and quantity, https://hl7.org/fhir/R4/search.html#number and #quantity. */
class QuantitySearchIT {

    private static final String UCUM = "http://unitsofmeasure.org";

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String subject =
            "Patient/" + client.create(Records.patient("Menge")).getIdElement().getIdPart();

    @Test
    void eachPrefixComparesNumbersAsTheSpecificationSays() {
        List.of("99.4", "99.5", "100", "100.4", "100.5", "120").forEach(this::risk);
        Map<String, List<String>> table = Map.ofEntries(
                Map.entry("100", List.of("99.5", "100", "100.4")),
                Map.entry("eq100", List.of("99.5", "100", "100.4")),
                Map.entry("100.0", List.of("100")),
                Map.entry("1e2", List.of("99.4", "99.5", "100", "100.4", "100.5")),
                Map.entry("ne100", List.of("99.4", "100.5", "120")),
                Map.entry("gt100", List.of("100.4", "100.5", "120")),
                Map.entry("ge100", List.of("100", "100.4", "100.5", "120")),
                Map.entry("lt100", List.of("99.4", "99.5")),
                Map.entry("le100", List.of("99.4", "99.5", "100")),
                Map.entry("sa100", List.of("100.4", "100.5", "120")),
                Map.entry("eb100", List.of("99.4", "99.5")),
                Map.entry("ap100", List.of("99.4", "99.5", "100", "100.4", "100.5")),
                Map.entry("lt99.5,gt100.5", List.of("99.4", "120")));

        table.forEach((searched, expected) ->
                assertThat(numbers(searched)).as(searched).containsExactlyInAnyOrderElementsOf(expected));
    }

    @Test
    void unitsOfUcumAreConverted() {
        String gram = quantity("0.5", "g", UCUM, "g");
        String milligram = quantity("500", "mg", UCUM, "mg");
        String tablets = quantity("500", "tablets", null, null);

        assertThat(found("500|" + UCUM + "|mg")).containsExactlyInAnyOrder(gram, milligram);
        assertThat(found("0.5|" + UCUM + "|g")).containsExactlyInAnyOrder(gram, milligram);
        assertThat(found("gt400|" + UCUM + "|mg")).containsExactlyInAnyOrder(gram, milligram);
        assertThat(found("sa0.4|" + UCUM + "|g")).containsExactlyInAnyOrder(gram, milligram);
        assertThat(found("eb0.4|" + UCUM + "|g")).isEmpty();
        assertThat(found("ap0.48|" + UCUM + "|g")).containsExactlyInAnyOrder(gram, milligram);
        assertThat(found("500")).contains(milligram, tablets);
    }

    private void risk(String percent) {
        RiskAssessment risk = new RiskAssessment().setStatus(RiskAssessment.RiskAssessmentStatus.FINAL);
        risk.getSubject().setReference(subject);
        risk.addPrediction().setProbability(new DecimalType(percent));
        client.create(risk);
    }

    private List<String> numbers(String searched) {
        return client.search("/RiskAssessment?subject=" + subject + "&probability=" + searched).stream()
                .map(RiskAssessment.class::cast)
                .map(it ->
                        it.getPredictionFirstRep().getProbabilityDecimalType().getValueAsString())
                .toList();
    }

    private String quantity(String value, String unit, String system, String code) {
        Observation observation = Records.observation(subject);
        observation.setValue(new Quantity()
                .setValue(new BigDecimal(value))
                .setUnit(unit)
                .setSystem(system)
                .setCode(code));
        return client.create(observation).getIdElement().getIdPart();
    }

    private TreeSet<String> found(String quantity) {
        return new TreeSet<>(
                client
                        .search("/Observation?subject=" + subject + "&value-quantity=" + FhirClient.encode(quantity))
                        .stream()
                        .map(it -> it.getIdElement().getIdPart())
                        .toList());
    }
}
