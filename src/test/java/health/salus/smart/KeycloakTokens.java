package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import health.salus.testing.KeycloakAdmin;
import health.salus.testing.KeycloakServer;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Gets each token from Keycloak: for a person by signing in, for a program by its signature. */
final class KeycloakTokens implements TokenSource {

    private static final String PASSWORD = "a-long-enough-password";
    // The access tests take a token at their start and use it to their end.
    private static final int SECONDS = 3600;

    private final KeycloakServer keycloak;
    private final String fhirBase;
    private final KeycloakAdmin admin;
    private final Map<String, String> given = new HashMap<>();

    KeycloakTokens(KeycloakServer keycloak, String fhirBase) {
        this.keycloak = keycloak;
        this.fhirBase = fhirBase;
        this.admin = new KeycloakAdmin(keycloak);
        admin.tokenLifespan("another-app", SECONDS);
        admin.tokenLifespan("a-backend", SECONDS);
    }

    @Override
    public synchronized String of(Role role, String patient, String scope) {
        return given.computeIfAbsent(role + " " + patient + " " + scope, key -> get(role, patient, scope));
    }

    private String get(Role role, String patient, String scope) {
        if (role == Role.SYSTEM) {
            admin.allow("a-backend", scope);
            return KeycloakApp.backendToken(keycloak, "a-backend", scope);
        }
        admin.allow("another-app", scope);
        KeycloakApp app = new KeycloakApp(keycloak, "another-app", KeycloakServer.REDIRECT);
        JsonNode response = SmartApp.json(app.launch(app.request(scope, fhirBase), user(role, patient), PASSWORD));
        if (!response.has("access_token")) {
            throw new AssertionError("No token: " + response);
        }
        return response.path("access_token").asText();
    }

    private String user(Role role, String patient) {
        String name = ("user-" + role + "-" + patient).toLowerCase(Locale.ROOT);
        if (admin.user(name) == null) {
            Map<String, String> attributes =
                    new HashMap<>(Map.of("salus_role", role.code(), "salus_tenant", "default"));
            if (patient != null) {
                attributes.put("patient", patient);
            }
            admin.createUser(name, PASSWORD, attributes);
        }
        return name;
    }
}
