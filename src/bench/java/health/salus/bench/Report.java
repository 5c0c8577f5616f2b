package health.salus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The table of medians and ratios, as Markdown. */
final class Report {

    private final BenchmarkSettings settings;
    private final Measurements measurements;
    private final String ours;
    private final String theirs;

    Report(BenchmarkSettings settings, Measurements measurements) {
        this.settings = settings;
        this.measurements = measurements;
        this.ours = settings.servers().get(0);
        this.theirs = settings.servers().get(settings.servers().size() - 1);
    }

    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "# " + named(ours) + " beside " + named(theirs),
                "",
                "Medians of " + settings.rounds() + " alternating rounds on " + System.getProperty("os.arch") + " with "
                        + Runtime.getRuntime().availableProcessors() + " processors, " + settings.bundles()
                        + " patients, " + settings.clients() + " clients, " + settings.seconds() + " s each, heap "
                        + settings.heap() + ". Salus checks tokens, scopes and tenants; stock HAPI checks nothing.",
                "\"CPU\" is what the server and PostgreSQL together used for one request. A ratio above 1 is in favour of "
                        + named(ours) + ".",
                "",
                "| workload | metric | " + named(ours) + " | " + named(theirs) + " | ratio |",
                "|---|---|---:|---:|---:|"));
        measurements.lines().forEach(line -> lines.add(row(line)));
        lines.addAll(plot());
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    private String row(Measurement line) {
        return "| %s | %s | %s | %s | %s |"
                .formatted(
                        line.workload(),
                        line.metric(),
                        number(median(ours, line)),
                        number(median(theirs, line)),
                        number(ratio(line)));
    }

    private static String named(String server) {
        return switch (server) {
            case "salus" -> "Salus";
            case "stock" -> "stock HAPI FHIR JPA";
            default -> server + " Salus";
        };
    }

    private OptionalDouble median(String server, Measurement line) {
        return measurements.median(server, line.workload(), line.metric());
    }

    private OptionalDouble ratio(Measurement line) {
        OptionalDouble first = median(ours, line);
        OptionalDouble other = median(theirs, line);
        if (first.isEmpty() || other.isEmpty() || first.getAsDouble() == 0 || other.getAsDouble() == 0) {
            return OptionalDouble.empty();
        }
        double ratio = other.getAsDouble() / first.getAsDouble();
        return OptionalDouble.of(line.metric().contains("/s") ? 1 / ratio : ratio);
    }

    /** A chart of the throughput ratios, which GitHub and most viewers draw. */
    private List<String> plot() {
        List<Measurement> throughput = measurements.lines().stream()
                .filter(it -> it.metric().contains("/s") && ratio(it).isPresent())
                .toList();
        if (throughput.isEmpty()) {
            return List.of();
        }
        return List.of(
                "",
                "```mermaid",
                "xychart-beta horizontal",
                "    title \"Throughput, times " + named(theirs) + "\"",
                "    x-axis [" + joined(throughput, it -> "\"" + it.workload() + "\"") + "]",
                "    bar ["
                        + joined(throughput, it -> String.format(Locale.ROOT, "%.2f", ratio(it).orElseThrow())) + "]",
                "```");
    }

    private static String joined(List<Measurement> lines, java.util.function.Function<Measurement, String> text) {
        return String.join(", ", lines.stream().map(text).toList());
    }

    private static String number(OptionalDouble value) {
        return value.isEmpty() ? "" : String.format(Locale.ROOT, "%.2f", value.getAsDouble());
    }
}
