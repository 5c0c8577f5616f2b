package health.salus.testing;

import health.salus.smart.DemoAccounts;

/** Access tokens of the demo accounts. */
public final class Tokens {

    private Tokens() {}

    /** A token of {@code demo-backend}: all resources of the default tenant, read and write. */
    public static String backend(TestServer server) {
        return server.bean(DemoAccounts.class).accessToken();
    }
}
