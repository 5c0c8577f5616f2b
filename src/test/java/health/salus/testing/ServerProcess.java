package health.salus.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Servers in processes of their own, which can be killed. */
public final class ServerProcess {

    private ServerProcess() {}

    /**
     * Starts a program of the tests. Whoever does so reads its output, errors among it, since a process whose output nobody reads
     * stops when the pipe is full.
     */
    public static Process start(Class<?> program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx700m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Reads on to the next line that begins like this, and returns the rest of it. */
    public static String await(BufferedReader output, String beginning) throws IOException {
        StringBuilder seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(beginning)) {
                return line.substring(beginning.length());
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("The server ended: " + seen);
    }

    /** Reads all that comes yet, in the background, and forgets it. */
    public static void drain(BufferedReader output) {
        Thread reader = new Thread(() -> output.lines().forEach(line -> {}), "server-output");
        reader.setDaemon(true);
        reader.start();
    }
}
