package health.salus.fhir;

import health.salus.testing.TestServer;

import java.util.Map;

/** A server with each policy for references: the default tenant allows, north makes placeholders, south enforces. */
final class OpenReferences {

    private OpenReferences() {}

    static TestServer server() {
        return Shared.SERVER;
    }

    private static final class Shared {

        private static final TestServer SERVER = TestServer.start(Map.of(
                "salus.tenant.ids", "north,south",
                "salus.fhir.references.policy", "allow",
                "salus.fhir.references.tenants.north", "placeholder",
                "salus.fhir.references.tenants.south", "enforce"));

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
        }
    }
}
