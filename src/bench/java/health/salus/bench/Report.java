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

    private static final String SALUS = "salus";
    private static final String STOCK = "stock";

    private final BenchmarkSettings settings;
    private final Measurements measurements;

    Report(BenchmarkSettings settings, Measurements measurements) {
        this.settings = settings;
        this.measurements = measurements;
    }

    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "# Salus beside stock HAPI FHIR JPA",
                "",
                "Medians of " + settings.rounds() + " alternating rounds on " + System.getProperty("os.arch") + " with "
                        + Runtime.getRuntime().availableProcessors() + " processors, " + settings.bundles()
                        + " patients, " + settings.clients() + " clients, " + settings.seconds() + " s each, heap "
                        + settings.heap() + ". Salus checks tokens, scopes and tenants; stock HAPI checks nothing.",
                "\"CPU\" is what the server and PostgreSQL together used for one request. A ratio above 1 is in favour of"
                        + " Salus.",
                "",
                "| workload | metric | Salus | stock HAPI | ratio |",
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
                        number(median(SALUS, line)),
                        number(median(STOCK, line)),
                        number(ratio(line)));
    }

    private OptionalDouble median(String server, Measurement line) {
        return measurements.median(server, line.workload(), line.metric());
    }

    private OptionalDouble ratio(Measurement line) {
        OptionalDouble ours = median(SALUS, line);
        OptionalDouble theirs = median(STOCK, line);
        if (ours.isEmpty() || theirs.isEmpty() || ours.getAsDouble() == 0 || theirs.getAsDouble() == 0) {
            return OptionalDouble.empty();
        }
        double ratio = theirs.getAsDouble() / ours.getAsDouble();
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
                "    title \"Throughput, times stock HAPI\"",
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
