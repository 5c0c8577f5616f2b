package health.salus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The medians and ratios of {@link FileBenchmark}, as Markdown. */
final class FileReport {

    // [12.3s][info][gc] GC(4) Pause Young (Allocation Failure) 140M->45M(512M) 3.4ms
    private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(");

    private final Measurements measurements;
    private final Path collections;

    FileReport(Measurements measurements, Path collections) {
        this.measurements = measurements;
        this.collections = collections;
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
        lines.add("| file up, one request | " + number(median("store", "file up, one request", "MB/s"))
                + " MB/s | | |");
        lines.add(throughput("file down"));
        lines.addAll(List.of("", "| what | ms | beside | ms | ratio |", "|---|---:|---|---:|---:|"));
        lines.add(latency("salus", "read a file of 10 kB", "salus", "read a resource"));
        lines.add(latency("salus", "create with 2 MB inside", "inline", "create with 2 MB inside"));
        lines.add(latency("salus", "create with 2 MB inside", "salus", "create without"));
        lines.addAll(List.of("", "\"inline\" is a server whose threshold is raised, so that the data stay in the database."));
        lines.addAll(List.of("", "Most heap in use before a collection: " + heap(1) + " MB; after one: " + heap(2) + " MB."));
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    private String throughput(String workload) {
        double straight = median("store", workload, "MB/s");
        double through = median("salus", workload, "MB/s");
        return "| " + workload + " | " + number(straight) + " MB/s | " + number(through) + " MB/s | "
                + number(through / straight) + " |";
    }

    private String latency(String server, String workload, String other, String beside) {
        double ours = median(server, workload, "ms");
        double theirs = median(other, beside, "ms");
        String name = other.equals("inline") ? beside + ", inline" : beside;
        return "| " + workload + " | " + number(ours) + " | " + name + " | " + number(theirs) + " | "
                + number(ours / theirs) + " |";
    }

    private double median(String server, String workload, String metric) {
        return measurements.median(server, workload, metric).orElse(Double.NaN);
    }

    private int heap(int group) throws IOException {
        Matcher matcher = COLLECTION.matcher(Files.readString(collections));
        int most = 0;
        while (matcher.find()) {
            most = Math.max(most, Integer.parseInt(matcher.group(group)));
        }
        return most;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
