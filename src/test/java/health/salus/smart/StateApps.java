package health.salus.smart;

import health.salus.testing.TestServer;

/** Tokens of apps that keep state on the shared server. */
public final class StateApps {

    private final TokenSource tokens;

    public StateApps(TestServer server) {
        this.tokens = TokenSource.of(server);
    }

    /** A token of a practitioner of the default tenant. */
    public String token(String client, String practitioner, String scope) {
        return token(client, "default", Role.PRACTITIONER, "Practitioner/" + practitioner, null, scope);
    }

    /** A token of anybody. */
    public String token(String client, String tenant, Role role, String fhirUser, String patient, String scope) {
        return tokens.of(
                Bearer.of(role, patient, scope).in(tenant).being(fhirUser).with(client));
    }
}
