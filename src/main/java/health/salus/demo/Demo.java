package health.salus.demo;

import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import health.salus.smart.DemoAccounts;
import health.salus.smart.DemoUser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Optional;

/**
 * Makes the demo accounts where a newcomer starts the server as it comes, and takes them away as soon as a real database,
 * a real blob store, a real issuer or a real login is set: passwords that a program printed have no place beside real patients.
 */
@Component
class Demo implements ApplicationRunner {

    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);
    private static final List<String> SIGNS_OF_REAL_USE = List.of(
            "salus.db.url",
            "salus.blob.s3.bucket",
            "salus.auth.issuer",
            "salus.auth.login.issuer",
            "salus.auth.admin-password");

    private final Environment environment;
    private final ObjectProvider<DemoAccounts> accounts;
    private final DemoRecords records;
    private final Greeting greeting;

    Demo(Environment environment, ObjectProvider<DemoAccounts> accounts, DemoRecords records, Greeting greeting) {
        this.environment = environment;
        this.accounts = accounts;
        this.records = records;
        this.greeting = greeting;
    }

    /** Runs before the server reports that it is ready. */
    @Override
    public void run(ApplicationArguments arguments) {
        Optional<DemoAccounts> embedded = Optional.ofNullable(accounts.getIfAvailable());
        if (isRealUse()) {
            embedded.ifPresent(DemoAccounts::remove);
            greeting.print();
            return;
        }
        embedded.ifPresent(this::makeDemo);
    }

    private void makeDemo(DemoAccounts demo) {
        try {
            DemoRecords.Ids ids = records.ensure();
            List<DemoUser> users = demo.ensure(ids.patient(), ids.practitioner());
            greeting.print(users, demo.accessToken(), ids.patient());
        } catch (PreconditionFailedException e) {
            // Somebody gave the demo identifier to a second resource. That is no reason not to serve.
            LOG.warn("No demo users: several resources have the identifier of a demo record");
            greeting.print();
        }
    }

    private boolean isRealUse() {
        return SIGNS_OF_REAL_USE.stream()
                .anyMatch(key -> !environment.getProperty(key, "").isBlank());
    }
}
