package health.salus;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the server. */
@SpringBootApplication
public class SalusApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(SalusApplication.class, arguments);
    }
}
