package health.salus.audit;

import health.salus.tenant.TenantId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** How many records of the trail are on disk per second, in a real PostgreSQL, when one or twenty requests wait for theirs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class AuditAppendBenchmark {

    private TrailDatabase database;
    private AuditWriter writer;

    @Setup
    public void start() throws IOException, SQLException {
        database = new TrailDatabase(Files.createTempDirectory("audit"));
        writer = database.writer();
    }

    @TearDown
    public void stop() {
        database.close();
    }

    @Benchmark
    public void oneAtATime() {
        append();
    }

    @Benchmark
    @Threads(20)
    public void twentyAtATime() {
        append();
    }

    private void append() {
        writer.record(new AuditEntry(
                Instant.now(),
                TenantId.DEFAULT,
                AuditKind.REQUEST,
                AuditAction.READ,
                "read",
                AuditOutcome.SUCCESS,
                "200",
                null,
                AuditAgent.NOBODY,
                "1",
                List.of(),
                List.of(new AuditTarget("Observation", "1", "1", AuditUse.DISCLOSED, Set.of("1")))));
    }
}
