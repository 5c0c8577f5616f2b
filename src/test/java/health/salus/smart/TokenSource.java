package health.salus.smart;

import health.salus.testing.KeycloakServer;
import health.salus.testing.TestServer;

import java.util.Optional;

/** Where the access tests get their tokens: signed with the server's own key, or given out by a real Keycloak if there is one. */
interface TokenSource {

    /** Returns an access token. */
    String of(Bearer bearer);

    /** Returns an access token for the default tenant; patient may be null. */
    default String of(Role role, String patient, String scope) {
        return of(Bearer.of(role, patient, scope));
    }

    static TokenSource of(TestServer server) {
        Optional<KeycloakServer> keycloak = KeycloakServer.shared();
        return keycloak.isPresent() ? KeycloakTokens.of(keycloak.get(), server.fhirBase()) : new TestTokens(server);
    }
}
