package health.salus.bench.conversion;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The process of one converter. It writes what the messages become, or how many messages it makes in a second. */
public final class ConversionRun {

    private static final double NANOSECONDS = 1e9;

    private ConversionRun() {}

    /**
     * Runs.
     *
     * @param arguments {@code salus} or {@code linuxforhealth}, alone or with {@code -bundle}; a file with the path of a message on
     *     each line; the folder or file to write; and to measure, the seconds of warming up, the seconds of a round, the
     *     rounds
     */
    public static void main(String[] arguments) throws Exception {
        Converter converter = converter(arguments[0]);
        List<byte[]> messages = new ArrayList<>();
        for (String file : Files.readAllLines(Path.of(arguments[1]))) {
            messages.add(Files.readAllBytes(Path.of(file)));
        }
        Path output = Path.of(arguments[2]);
        if (arguments.length == 3) {
            write(converter, messages, output);
        } else {
            measure(converter, messages, arguments, output);
        }
        // Its libraries may have left threads behind.
        System.exit(0);
    }

    private static Converter converter(String name) throws Exception {
        return switch (name) {
            case "salus" -> new SalusConverter();
            case "salus-bundle" -> {
                SalusConverter salus = new SalusConverter();
                yield message -> String.valueOf(salus.map(message).getEntry().size());
            }
            case "linuxforhealth" -> new LinuxForHealthConverter();
            case "linuxforhealth-bundle" -> {
                LinuxForHealthConverter other = new LinuxForHealthConverter();
                yield message -> String.valueOf(other.map(message));
            }
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static void write(Converter converter, List<byte[]> messages, Path folder) throws IOException {
        for (int number = 0; number < messages.size(); number++) {
            try {
                String bundle = converter.convert(messages.get(number));
                Files.writeString(folder.resolve(number + ".json"), bundle);
            } catch (Exception refused) {
                // What has no file was not converted.
                continue;
            }
        }
    }

    private static void measure(Converter converter, List<byte[]> messages, String[] arguments, Path file)
            throws Exception {
        run(converter, messages, Integer.parseInt(arguments[3]));
        List<String> rates = new ArrayList<>();
        for (int round = 0; round < Integer.parseInt(arguments[5]); round++) {
            rates.add(String.format(Locale.ROOT, "%.1f", run(converter, messages, Integer.parseInt(arguments[4]))));
        }
        Files.write(file, rates);
    }

    /**
     * Converts all messages again and again for some seconds of its own processor time, and returns messages by such a
     * second. Time on the clock would tell how busy the machine is, and the time of the process how far its compiler has got.
     */
    private static double run(Converter converter, List<byte[]> messages, int seconds) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long end = start + (long) (seconds * NANOSECONDS);
        long converted = 0;
        long characters = 0;
        do {
            for (byte[] message : messages) {
                characters += converter.convert(message).length();
                converted++;
            }
        } while (threads.getCurrentThreadCpuTime() < end);
        if (characters == 0) {
            throw new IllegalStateException("Nothing was converted");
        }
        return converted / ((threads.getCurrentThreadCpuTime() - start) / NANOSECONDS);
    }
}
