package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import java.util.Set;
import java.util.concurrent.TimeUnit;

/** How long it takes to decide, from the scopes of a token, whether one Observation is shown. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ScopeDecisionBenchmark {

    private final FhirContext context = FhirContext.forR4Cached();
    private final Observation observation = observation();
    private final SmartPrincipal institution = caller(Role.SYSTEM, "", Set.of("system/*.rs"));
    private final SmartPrincipal patient =
            caller(Role.PATIENT, "1", Set.of("launch/patient", "patient/Condition.rs", "patient/Observation.rs"));

    @Benchmark
    public boolean wholeTenant() {
        return shows(institution);
    }

    @Benchmark
    public boolean recordOfOnePatient() {
        return shows(patient);
    }

    private boolean shows(SmartPrincipal caller) {
        ResourceCondition condition =
                AccessRights.of(caller, CallerRules.NONE).condition("Observation", Permission.READ);
        return condition.isEverything()
                || condition.holds(new ResourceFacts(observation, context, () -> {
                    throw new IllegalStateException("No scope of these asks for a search");
                }));
    }

    private static SmartPrincipal caller(Role role, String patient, Set<String> scopes) {
        return new SmartPrincipal(
                TenantId.DEFAULT,
                role,
                null,
                patient.isEmpty() ? null : patient,
                scopes,
                "app",
                "somebody",
                Set.of(),
                Set.of());
    }

    private static Observation observation() {
        Observation observation = new Observation();
        observation.setId("Observation/1");
        observation.setSubject(new Reference("Patient/1"));
        observation.addPerformer(new Reference("Practitioner/1"));
        return observation;
    }
}
