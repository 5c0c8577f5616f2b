package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.util.FhirTerser;
import ca.uhn.fhir.util.MetaTagSorterAlphabetical;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a laboratory Observation of 1.4 kB costs on its way from the database to an answer, and to find its references. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StoredTextBenchmark {

    private static final String TEXT =
            """
            {"resourceType":"Observation","meta":{"profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"]},\
            "identifier":[{"system":"urn:x-lab","value":"2026-000-1"}],"basedOn":[{"reference":"ServiceRequest/17"}],\
            "status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category",\
            "code":"laboratory","display":"Laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"2823-3",\
            "display":"Potassium [Moles/volume] in Serum or Plasma"},{"system":"urn:x-lab","code":"K"}],"text":"Potassium"},\
            "subject":{"reference":"Patient/4711"},"encounter":{"reference":"Encounter/815"},\
            "effectiveDateTime":"2026-03-01T08:30:00+01:00","issued":"2026-03-01T10:00:00.000+01:00",\
            "performer":[{"reference":"Organization/3","display":"Central laboratory"}],"valueQuantity":{"value":4.1,\
            "unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},"interpretation":[{"coding":[{"system":\
            "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"N","display":"Normal"}]}],\
            "note":[{"text":"Sample slightly haemolytic"}],"specimen":{"reference":"Specimen/99"},"referenceRange":[{"low":\
            {"value":3.5,"unit":"mmol/L"},"high":{"value":5.1,"unit":"mmol/L"},"text":"3.5 - 5.1 mmol/L"}]}""";

    private final FhirContext context = new ExactFhirContext();
    private final FhirTerser hapi = new FhirTerser(context);
    private final StoredJson json = new StoredJson(context, null, new MetaTagSorterAlphabetical(), null);
    private final StoredVersion version =
            new StoredVersion(1, 1, "Observation", "1", 1, new Date(), new Date(), null, null, TEXT);
    private final IBaseResource observation = parse();

    @Benchmark
    public IBaseResource parse() {
        return context.newJsonParser().parseResource(TEXT);
    }

    @Benchmark
    public String encode() {
        return context.newJsonParser().encodeResourceToString(observation);
    }

    @Benchmark
    public Optional<String> splice() {
        return json.splice(version, "https://salus.example/fhir");
    }

    @Benchmark
    public List<IBaseReference> references() {
        return context.newTerser().getAllPopulatedChildElementsOfType(observation, IBaseReference.class);
    }

    @Benchmark
    public List<IBaseReference> referencesAsHapiFindsThem() {
        return hapi.getAllPopulatedChildElementsOfType(observation, IBaseReference.class);
    }
}
