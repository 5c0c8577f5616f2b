package health.salus.smart;

import health.salus.testing.TestServer;

/** Tokens of apps that keep state on the shared server. */
public final class StateApps {

    private final TestTokens tokens;
    private final String base;

    public StateApps(TestServer server) {
        this.tokens = new TestTokens(server);
        this.base = server.fhirBase();
    }

    /** A token of a practitioner of the default tenant. */
    public String token(String client, String practitioner, String scope) {
        return token(client, "default", Role.PRACTITIONER, "Practitioner/" + practitioner, null, scope);
    }

    /** A token of anybody. */
    public String token(String client, String tenant, Role role, String fhirUser, String patient, String scope) {
        return tokens.sign(tokens.claims(role, patient, scope)
                .audience(tenant.equals("default") ? base : base + "/" + tenant)
                .claim("salus_tenant", tenant)
                .claim("client_id", client)
                .claim("fhirUser", fhirUser)
                .build());
    }
}
