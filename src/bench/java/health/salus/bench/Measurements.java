package health.salus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** All numbers of a run; each is on disk as soon as it is known, so that an interrupted run loses nothing. */
final class Measurements {

    private final Path raw;
    private final List<Measurement> all = new ArrayList<>();

    Measurements(Path raw) throws IOException {
        this.raw = raw;
        Files.createDirectories(raw.toAbsolutePath().getParent());
        Files.writeString(raw, "server,round,workload,metric,value\n");
    }

    void add(Measurement measurement) throws IOException {
        all.add(measurement);
        Files.writeString(raw, measurement.toCsv() + "\n", StandardOpenOption.APPEND);
        System.out.printf(
                "%-6s %d  %-26s %-22s %12.2f%n",
                measurement.server(),
                measurement.round(),
                measurement.workload(),
                measurement.metric(),
                measurement.value());
    }

    /** Workload and metric of every line of the report, in the order in which they were first measured. */
    List<Measurement> lines() {
        return all.stream()
                .filter(it -> all.stream()
                                .filter(other -> other.workload().equals(it.workload())
                                        && other.metric().equals(it.metric()))
                                .findFirst()
                                .orElseThrow()
                        == it)
                .toList();
    }

    /** The median over the rounds. */
    OptionalDouble median(String server, String workload, String metric) {
        double[] values = all.stream()
                .filter(it -> it.server().equals(server)
                        && it.workload().equals(workload)
                        && it.metric().equals(metric))
                .mapToDouble(Measurement::value)
                .sorted()
                .toArray();
        return values.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Arrays.stream(values, (values.length - 1) / 2, values.length / 2 + 1)
                        .average()
                        .orElseThrow());
    }
}
