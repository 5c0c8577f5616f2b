package health.salus.demo;

import health.salus.smart.DemoUser;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import java.io.PrintStream;
import java.util.List;

/** What the server says on the terminal when it is ready. */
@Component
class Greeting {

    private final PrintStream terminal = System.out;
    private final Environment environment;

    Greeting(Environment environment) {
        this.environment = environment;
    }

    /** Says what runs where. */
    void print() {
        terminal.printf(
                """

                Salus is ready.

                  FHIR       %1$s/fhir
                  SMART      %1$s/fhir/.well-known/smart-configuration
                  HL7 v2     %2$s
                  health     http://localhost:%3$s/actuator/health

                """,
                environment.getProperty("salus.public-url"),
                environment.getProperty("salus.hl7v2.enabled", Boolean.class, true)
                        ? "MLLP on port " + environment.getProperty("salus.hl7v2.port")
                        : "off",
                environment.getProperty("management.server.port"));
    }

    /**
     * Says what runs where, who may sign in, and how to read the demo patient at once.
     *
     * @param token an access token that is good for a while
     */
    void print(List<DemoUser> users, String token, String patientId) {
        print();
        terminal.printf(
                "  Demo users (%s/demo/users.json), gone as soon as a real database, S3 or issuer is set:%n",
                environment.getProperty("salus.data-dir"));
        users.forEach(user -> terminal.printf("    %-8s %s%n", user.username(), user.password()));
        terminal.printf(
                "%n  Try it, within the hour:%n%n    curl -H 'Authorization: Bearer %s' %s/fhir/Patient/%s%n%n",
                token, environment.getProperty("salus.public-url"), patientId);
    }
}
