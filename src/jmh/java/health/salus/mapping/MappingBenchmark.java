package health.salus.mapping;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;

/** How long it takes to make FHIR resources of one laboratory message, nothing read or written. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MappingBenchmark {

    private final Feed feed = new Feed("bench", ZoneId.of("UTC"));
    private Mappings mappings;
    private byte[] message;

    @Setup
    public void load() throws IOException {
        mappings = Mappings.load(Mappings.IN_JAR);
        message = Files.readAllBytes(Path.of("hl7-mappings/examples/ORU_R01.hl7"));
    }

    @Benchmark
    public MappingResult laboratoryMessage() {
        return mappings.map(message, feed);
    }
}
