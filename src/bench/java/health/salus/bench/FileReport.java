package health.salus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The medians and ratios of {@link FileBenchmark}, as Markdown. */
final class FileReport {

    private final Measurements measurements;

    FileReport(Measurements measurements) {
        this.measurements = measurements;
    }

    void write(Path file, long megabytes, int rounds) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "# Files",
                "",
                "Medians of " + rounds + " rounds on "
                        + Runtime.getRuntime().availableProcessors()
                        + " processors, which client, server, database and store share. The file has " + megabytes
                        + " MB; the heap of the server is limited to 512 MB.",
                "",
                "| what | straight to the store | through Salus | ratio |",
                "|---|---:|---:|---:|"));
        lines.add(throughput("file up"));
        lines.add(throughput("file down"));
        lines.add(presigned("file up, presigned"));
        lines.add(presigned("file down, presigned"));
        lines.addAll(List.of(
                "",
                "| beside | a read of a resource takes | times as long as alone |",
                "|---|---:|---:|"));
        lines.add(bystander("salus", "nothing"));
        lines.add(bystander("store", "file up"));
        lines.add(bystander("salus", "file up"));
        lines.add(bystander("store", "file down"));
        lines.add(bystander("salus", "file down"));
        lines.addAll(List.of("", "| what | ms | beside | ms | ratio |", "|---|---:|---|---:|---:|"));
        lines.add(latency("salus", "read a file of 10 kB", "salus", "read a resource"));
        lines.add(latency("salus", "create with 2 MB inside", "inline", "create with 2 MB inside"));
        lines.add(latency("salus", "create with 2 MB inside", "salus", "create without"));
        lines.addAll(List.of("", "\"inline\" is a server whose threshold is raised, so that the data stay in the database."));
        lines.addAll(List.of(
                "",
                "Most heap in use while files went up and down: " + number(median("salus", "files", "heap MB")) + " MB."));
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    private String throughput(String workload) {
        double straight = median("store", workload, "MB/s");
        double through = median("salus", workload, "MB/s");
        return "| " + workload + " | " + number(straight) + " MB/s | " + number(through) + " MB/s | "
                + number(through / straight) + " |";
    }

    private String bystander(String server, String workload) {
        double read = median(server, workload, "ms of a read beside it");
        double alone = median("salus", "nothing", "ms of a read beside it");
        return "| " + workload + (server.equals("store") ? ", straight to the store" : "") + " | " + number(read)
                + " ms | " + number(read / alone) + " |";
    }

    private String latency(String server, String workload, String other, String beside) {
        double ours = median(server, workload, "ms");
        double theirs = median(other, beside, "ms");
        String name = other.equals("inline") ? beside + ", inline" : beside;
        return "| " + workload + " | " + number(ours) + " | " + name + " | " + number(theirs) + " | "
                + number(ours / theirs) + " |";
    }

    private String presigned(String workload) {
        return "| " + workload + " | " + number(median("store", workload, "MB/s")) + " MB/s | | |";
    }

    private double median(String server, String workload, String metric) {
        return measurements.median(server, workload, metric).orElse(Double.NaN);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
