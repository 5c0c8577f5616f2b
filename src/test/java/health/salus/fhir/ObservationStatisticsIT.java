package health.salus.fhir;

import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Quantity.QuantityComparator;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.UriType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code Observation/$stats}, https://hl7.org/fhir/R4/observation-operation-stats.html. */
class ObservationStatisticsIT {

    private static final String UCUM = "http://unitsofmeasure.org";
    private static final String CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category";

    private final TestServer server = TestServer.shared();
    private final TestTokens tokens = new TestTokens(server);
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private String patient;

    @BeforeEach
    void admit() {
        patient = id(client.create(Records.patient("Statistik")));
    }

    @ParameterizedTest
    @CsvSource({
        "average, 5, g/L",
        "maximum, 9, g/L",
        "minimum, 2, g/L",
        "count, 8, 1",
        "total-count, 8, 1",
        "median, 4.5, g/L",
        "sum, 40, g/L",
        "std-dev, 2.138089935, g/L",
        "variance, 4.571428571, (g/L).(g/L)",
        "20-percent, 4, g/L",
        "80-percent, 6.2, g/L",
        "4-lower, 4, g/L",
        "4-upper, 5.5, g/L",
        "4-dev, 0.75, g/L",
        "5-1, 4, g/L",
        "5-2, 4, g/L",
        "5-3, 5, g/L",
        "5-4, 6.2, g/L",
        "skew, 0.65625, 1",
        "kurtosis, 2.78125, 1"
    })
    void eachStatisticIsWorkedOut(String statistic, BigDecimal expected, String unit) {
        int day = 1;
        for (int value : new int[] {2, 4, 4, 4, 5, 5, 7, 9}) {
            measure("iron", "2026-01-0" + day++, value, "g/L");
        }

        Observation answer = only(stats("statistic=" + statistic + "&code=iron"));

        ObservationComponentComponent component = answer.getComponentFirstRep();
        assertThat(component.getValueQuantity().getValue()).isEqualByComparingTo(expected);
        assertThat(component.getValueQuantity().getCode()).isEqualTo(unit);
        assertThat(component.getCode().getCodingFirstRep().getSystem())
                .isEqualTo("http://terminology.hl7.org/CodeSystem/observation-statistics");
        assertThat(component.getCode().getCodingFirstRep().getCode()).isEqualTo(statistic);
    }

    @Test
    void aTrendHasAGradientAndAnIntercept() {
        measure("iron", "2026-01-01T10:00:00Z", 10, "g/L");
        measure("iron", "2026-01-01T12:00:00Z", 16, "g/L");

        List<ObservationComponentComponent> trend =
                only(stats("statistic=regression&code=iron")).getComponent();

        assertThat(trend)
                .extracting(it -> it.getCode().getText() + " "
                        + it.getValueQuantity().getValue() + " "
                        + it.getValueQuantity().getCode())
                .containsExactly("gradient 3 (g/L)/h", "intercept at the first measurement 10 g/L");
    }

    @Test
    void theAnswerSaysOfWhomOfWhatAndWhen() {
        measure("iron", "2026-01-01", 1, "g/L");
        Parameters asked = asked("iron")
                .addParameter("statistic", new CodeType("count"))
                .addParameter(
                        "period",
                        new Period()
                                .setStartElement(new DateTimeType("2026"))
                                .setEndElement(new DateTimeType("2026-02")));

        Observation answer = only(post(asked));

        assertThat(answer.getStatus()).isEqualTo(ObservationStatus.FINAL);
        assertThat(answer.getSubject().getReference()).isEqualTo("Patient/" + patient);
        assertThat(answer.getCode().getCodingFirstRep().getSystem()).isEqualTo("urn:test");
        assertThat(answer.getCode().getCodingFirstRep().getCode()).isEqualTo("iron");
        assertThat(answer.getEffectivePeriod().getStartElement().getValueAsString())
                .isEqualTo("2026");
        assertThat(answer.hasId()).isFalse();
    }

    @Test
    void unitsAreConvertedIntoTheLatestAndWhatIsNoMeasurementCountsInTheTotalOnly() {
        measure("iron", "2026-01-01", 1, "g/L");
        measure("iron", "2026-01-02", 200, "mg/dL");
        measure("iron", "2026-01-03", 3, "g/L");
        measure("iron", "2026-01-02", 70, "kg");
        Observation below = measurement("iron", "2026-01-02", 9, "g/L");
        below.getValueQuantity().setComparator(QuantityComparator.LESS_THAN);
        client.create(below);
        client.create(measurement("iron", "2026-01-02", 9, "g/L").setValue(new StringType("much")));
        Observation uncoded = measurement("iron", "2026-01-02", 9, "g/L");
        uncoded.getValueQuantity().setSystem(null);
        client.create(uncoded);
        Observation mistaken = measurement("iron", "2026-01-02", 9, "g/L");
        client.create(mistaken.setStatus(ObservationStatus.ENTEREDINERROR));

        Observation answer = only(stats("statistic=average&statistic=count&statistic=total-count&code=iron"));

        assertThat(values(answer)).containsExactly("average 2 g/L", "count 3 1", "total-count 7 1");
    }

    @Test
    void theTimeOfInterestIsADurationOrAPeriod() {
        measure("iron", "2019-12-31", 5, "g/L");
        measure("iron", "2020-06-15", 6, "g/L");
        client.create(measurement("iron", Instant.now().minusSeconds(600).toString(), 7, "g/L"));
        Period twenty = new Period().setStartElement(new DateTimeType("2020")).setEndElement(new DateTimeType("2020"));

        assertThat(values(only(stats("statistic=sum&code=iron&duration=1.5")))).containsExactly("sum 7 g/L");
        assertThat(values(only(post(asked("iron")
                        .addParameter("statistic", new CodeType("sum"))
                        .addParameter("period", twenty)))))
                .containsExactly("sum 6 g/L");
        assertThat(values(only(post(asked("iron")
                        .addParameter("statistic", new CodeType("sum"))
                        .addParameter("duration", new DecimalType("1"))
                        .addParameter("period", twenty)))))
                .containsExactly("sum 7 g/L");
    }

    @Test
    void eachCodeHasAnObservationOfItsOwnAndComponentsAreFound() {
        measure("pulse", "2026-01-01", 60, "/min");
        pressure("2026-01-01", 120, 80);
        pressure("2026-01-02", 140, 90);

        List<Observation> answer = statistics(stats("statistic=average&code=pulse&code=systolic&system=urn:test"));

        assertThat(answer)
                .extracting(it -> it.getCode().getCodingFirstRep().getCode() + " " + values(it))
                .containsExactly("pulse [average 60 /min]", "systolic [average 130 mm[Hg]]");
    }

    @Test
    void aPanelIsAllThatItIsMadeOf() {
        pressure("2026-01-01", 120, 80);
        String sodium = measure("sodium", "2026-01-01", 140, "mmol/L");
        Observation panel = measurement("panel", "2026-01-01", 0, "1");
        panel.setValue(null);
        client.create(panel.addHasMember(new Reference("Observation/" + sodium)));

        assertThat(statistics(stats("statistic=count&code=pressure&code=panel")))
                .extracting(it -> it.getCode().getCodingFirstRep().getCode())
                .containsExactly("systolic", "diastolic", "sodium");
    }

    @Test
    void nothingMeasuredIsACountOfNoneAndWhatIsNotDefinedIsNotANumber() {
        Observation none = only(stats("statistic=count&statistic=average&code=nothing"));
        measure("iron", "2026-01-01", 1, "g/L");
        Observation one = only(stats("statistic=std-dev&statistic=average&code=iron"));

        assertThat(values(none)).containsExactly("count 0 1", "average not-a-number");
        assertThat(values(one)).containsExactly("std-dev not-a-number", "average 1 g/L");
    }

    @Test
    void theSourcesComeAlongIfAskedForTheNewestFirst() {
        measure("iron", "2026-01-01", 1, "g/L");
        String second = measure("iron", "2026-01-03", 1, "g/L");
        String third = measure("iron", "2026-01-02", 1, "g/L");

        assertThat(sources(stats("statistic=count&code=iron&include=true"))).hasSize(3);
        assertThat(sources(stats("statistic=count&code=iron&include=true&limit=2")))
                .containsExactly(second, third);
        assertThat(sources(stats("statistic=count&code=iron&limit=2"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "statistic=count&code=iron",
                "subject=123&statistic=count&code=iron",
                "subject=Patient/1&subject=Patient/2&statistic=count&code=iron",
                "subject=Patient/1&statistic=count",
                "subject=Patient/1&code=iron",
                "subject=Patient/1&code=iron&statistic=mean",
                "subject=Patient/1&code=iron&statistic=count&duration=0",
                "subject=Patient/1&code=iron&statistic=count&duration=-1",
                "subject=Patient/1&code=iron&statistic=count&duration=1e9",
                "subject=Patient/1&code=iron&statistic=count&period=2020",
                "subject=Patient/1&coding=urn:test%7Ciron&statistic=count",
                "subject=Patient/1&code=iron&statistic=count&include=yes",
                "subject=Patient/1&code=iron&statistic=count&limit=0",
                "subject=Patient/1&code=iron&statistic=count&nonsense=1"
            })
    void whatTheOperationDoesNotTakeIsRefused(String query) {
        Answer answer = client.get("/Observation/$stats?" + query);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.diagnostics()).isNotEmpty();
    }

    @Test
    void nobodyGetsNumbersOfWhatTheyMayNotSee() {
        measure("iron", "2026-01-01", 1, "g/L");
        Observation laboratory = measurement("iron", "2026-01-02", 3, "g/L");
        laboratory.getCategoryFirstRep().getCodingFirstRep().setCode("laboratory");
        client.create(laboratory);
        String other = id(client.create(Records.patient("Andere")));
        String count = "/Observation/$stats?statistic=sum&statistic=total-count&code=iron&subject=Patient/";

        FhirClient person = as(tokens.of(Role.PATIENT, patient, "patient/*.rs"));
        assertThat(values(only(person.get(count + patient)))).containsExactly("sum 4 g/L", "total-count 2 1");
        FhirClient stranger = as(tokens.of(Role.PATIENT, other, "patient/*.rs"));
        assertThat(values(only(stranger.get(count + patient)))).containsExactly("sum 0 1", "total-count 0 1");
        FhirClient vitals =
                as(tokens.of(Role.PATIENT, patient, "patient/Observation.rs?category=" + CATEGORY + "|vital-signs"));
        assertThat(values(only(vitals.get(count + patient)))).containsExactly("sum 1 g/L", "total-count 1 1");
        assertThat(sources(vitals.get(count + patient + "&include=true"))).hasSize(1);

        for (String token : List.of(
                tokens.of(Role.PATIENT, patient, "patient/Patient.rs"),
                tokens.of(Role.PRACTITIONER, null, "user/Observation.r"))) {
            assertThat(as(token).get(count + patient).status()).isEqualTo(403);
        }
        FhirClient north = FhirClient.withToken(
                server.fhirBase() + "/north", tokens.ofTenant("north", Role.PRACTITIONER, "user/*.cruds"));
        assertThat(values(only(north.get(count + patient)))).containsExactly("sum 0 1", "total-count 0 1");
        assertThat(FhirClient.anonymous(server.fhirBase()).get(count + patient).status())
                .isEqualTo(401);
    }

    private Answer stats(String query) {
        return client.get("/Observation/$stats?subject=Patient/" + patient + "&" + query);
    }

    private Answer post(Parameters asked) {
        return client.post("/Observation/$stats", asked);
    }

    private Parameters asked(String code) {
        return new Parameters()
                .addParameter("subject", new UriType(server.fhirBase() + "/Patient/" + patient))
                .addParameter("coding", new Coding("urn:test", code, null));
    }

    private static Observation only(Answer answer) {
        List<Observation> all = statistics(answer);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static List<Observation> statistics(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.resource(Parameters.class).getParameter().stream()
                .filter(it -> it.getName().equals("statistics"))
                .map(it -> (Observation) it.getResource())
                .toList();
    }

    private static List<String> sources(Answer answer) {
        return answer.resource(Parameters.class).getParameter().stream()
                .filter(it -> it.getName().equals("source"))
                .map(it -> id(it.getResource()))
                .toList();
    }

    private static List<String> values(Observation statistics) {
        return statistics.getComponent().stream()
                .map(it -> it.getCode().getCodingFirstRep().getCode() + " "
                        + (it.hasValue()
                                ? it.getValueQuantity().getValue().toPlainString() + " "
                                        + it.getValueQuantity().getCode()
                                : it.getDataAbsentReason().getCodingFirstRep().getCode()))
                .toList();
    }

    private FhirClient as(String token) {
        return FhirClient.withToken(server.fhirBase(), token);
    }

    private void pressure(String time, int systolic, int diastolic) {
        Observation pressure = measurement("pressure", time, 0, "1");
        pressure.setValue(null);
        pressure.addComponent().setCode(code("systolic")).setValue(quantity(systolic, "mm[Hg]"));
        pressure.addComponent().setCode(code("diastolic")).setValue(quantity(diastolic, "mm[Hg]"));
        client.create(pressure);
    }

    private String measure(String code, String time, int value, String unit) {
        return id(client.create(measurement(code, time, value, unit)));
    }

    private Observation measurement(String code, String time, int value, String unit) {
        Observation observation = Records.observation("Patient/" + patient);
        observation.setCode(code(code));
        observation.addCategory(new CodeableConcept(new Coding(CATEGORY, "vital-signs", null)));
        observation.setEffective(new DateTimeType(time));
        observation.setValue(quantity(value, unit));
        return observation;
    }

    private static CodeableConcept code(String code) {
        return new CodeableConcept(new Coding("urn:test", code, null));
    }

    private static Quantity quantity(int value, String unit) {
        return new Quantity(value).setSystem(UCUM).setCode(unit).setUnit(unit);
    }

    private static String id(Resource resource) {
        return resource.getIdElement().getIdPart();
    }
}
