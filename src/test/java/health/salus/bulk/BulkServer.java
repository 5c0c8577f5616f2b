package health.salus.bulk;

import health.salus.SalusApplication;
import health.salus.smart.DemoAccounts;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A server in a process of its own, which can be killed. The last line that it prints is a token. */
final class BulkServer {

    static final String TOKEN = "token ";

    private BulkServer() {}

    public static void main(String[] settings) {
        ConfigurableApplicationContext context = SpringApplication.run(SalusApplication.class, settings);
        System.out.println(TOKEN + context.getBean(DemoAccounts.class).accessToken());
    }
}
