package health.salus;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

import java.util.Arrays;

/** Starts the server, or runs a command where one is named: {@code java -jar salus.jar [group command]}. */
@SpringBootApplication
public class SalusApplication {

    public static void main(String[] arguments) {
        if (namesCommand(arguments)) {
            System.exit(Commands.run(arguments));
        }
        SpringApplication.run(SalusApplication.class, arguments);
    }

    // Settings begin with two dashes, --server.port=8090; whatever else comes first is meant for Commands.
    private static boolean namesCommand(String[] arguments) {
        return arguments.length > 0
                && (!arguments[0].startsWith("--")
                        || Arrays.asList("--help", "--version").contains(arguments[0]));
    }
}
