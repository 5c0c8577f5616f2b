package health.salus.bench.conversion;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Converts the same messages with both converters, holds the results against the messages, and writes a report. */
public final class ConversionBenchmark {

    private static final String SALUS = "salus";
    private static final String BUNDLE = "-bundle";
    private static final String OTHER = "linuxforhealth";

    private final Path output;
    private final String otherClassPath;

    private ConversionBenchmark(Path output, String otherClassPath) {
        this.output = output;
        this.otherClassPath = otherClassPath;
    }

    /**
     * Runs.
     *
     * @param arguments the folder with the messages; the folder for the report; the file with the class path of the other
     *     converter; the seconds of warming up, the seconds of a round, the rounds
     */
    public static void main(String[] arguments) throws Exception {
        Path output = Path.of(arguments[1]);
        Files.createDirectories(output);
        ConversionBenchmark benchmark = new ConversionBenchmark(output, Files.readString(Path.of(arguments[2])));
        benchmark.run(messages(Path.of(arguments[0])), Arrays.copyOfRange(arguments, 3, 6));
    }

    private void run(List<Path> messages, String[] times) throws Exception {
        Path all = list("all.txt", messages);
        Path ours = convert(SALUS, all);
        Path theirs = convert(OTHER, all);
        List<Integer> both = IntStream.range(0, messages.size())
                .filter(it -> Files.exists(file(ours, it)) && Files.exists(file(theirs, it)))
                .boxed()
                .toList();
        Path common = list("common.txt", both.stream().map(messages::get).toList());
        FactCoverage ourFacts = new FactCoverage();
        FactCoverage theirFacts = new FactCoverage();
        for (int number : both) {
            String message = Files.readString(messages.get(number), StandardCharsets.ISO_8859_1);
            String text = new String(message.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            ourFacts.add(text, Files.readString(file(ours, number)));
            theirFacts.add(text, Files.readString(file(theirs, number)));
        }
        double salus = median(SALUS, common, times);
        double salusBundle = median(SALUS + BUNDLE, common, times);
        double other = median(OTHER, common, times);
        double otherBundle = median(OTHER + BUNDLE, common, times);
        List<String> report = List.of(
                "# HL7 v2 to FHIR, beside LinuxForHealth",
                "",
                "%d messages; Salus converts %d of them, LinuxForHealth %d, both %d. What follows is of those."
                        .formatted(messages.size(), count(ours), count(theirs), both.size()),
                "Medians of %s rounds of %s s after %s s to warm up, all of processor time of the converting thread."
                        .formatted(times[2], times[1], times[0]),
                "",
                "| | Salus | LinuxForHealth | ratio |",
                "|---|---:|---:|---:|",
                line("messages/s and core, bytes to JSON", salus, other),
                line("messages/s and core, bytes to Bundle", salusBundle, otherBundle),
                line("facts found, %, of " + ourFacts.sent(), ourFacts.share(), theirFacts.share()));
        Files.write(output.resolve("conversion.md"), report);
        report.forEach(System.out::println);
    }

    private static String line(String name, double salus, double other) {
        return String.format(Locale.ROOT, "| %s | %.1f | %.1f | %.1f |", name, salus, other, salus / other);
    }

    private Path convert(String converter, Path messages) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(output.resolve(converter));
        try (Stream<Path> old = Files.list(folder)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        start(converter, messages.toString(), folder.toString());
        return folder;
    }

    private double median(String converter, Path messages, String[] times) throws IOException, InterruptedException {
        Path file = output.resolve(converter + ".csv");
        start(converter, messages.toString(), file.toString(), times[0], times[1], times[2]);
        double[] rates = Files.readAllLines(file).stream()
                .mapToDouble(Double::parseDouble)
                .sorted()
                .toArray();
        return rates[rates.length / 2];
    }

    private void start(String converter, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-classpath",
                converter.startsWith(OTHER) ? otherClassPath : System.getProperty("java.class.path"),
                ConversionRun.class.getName(),
                converter));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.resolve(converter + ".log").toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(converter + " failed, see " + output.resolve(converter + ".log"));
        }
    }

    private Path list(String name, List<Path> files) throws IOException {
        return Files.write(
                output.resolve(name), files.stream().map(Path::toString).toList());
    }

    private static Path file(Path folder, int number) {
        return folder.resolve(number + ".json");
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private static List<Path> messages(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(ConversionBenchmark::isMessage)
                    .map(Path::toAbsolutePath)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isMessage(Path file) {
        try {
            String start = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).stripLeading();
            return start.startsWith("MSH") || start.startsWith("\u00EF\u00BB\u00BFMSH");
        } catch (IOException unreadable) {
            return false;
        }
    }
}
