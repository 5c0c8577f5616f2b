package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import health.salus.testing.KeycloakAdmin;
import health.salus.testing.KeycloakServer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Gets each token from Keycloak: for a person by signing in, for a program by its signature. */
final class KeycloakTokens implements TokenSource {

    private static final String PASSWORD = "a-long-enough-password";
    // The access tests take a token at their start and use it to their end.
    private static final int SECONDS = 3600;

    private static KeycloakTokens shared;

    private final KeycloakServer keycloak;
    private final String fhirBase;
    private final KeycloakAdmin admin;
    private final Map<Bearer, String> given = new HashMap<>();
    private final Map<String, Map<String, List<String>>> accounts = new HashMap<>();
    private final Set<String> clients = new HashSet<>();

    private KeycloakTokens(KeycloakServer keycloak, String fhirBase) {
        this.keycloak = keycloak;
        this.fhirBase = fhirBase;
        this.admin = new KeycloakAdmin(keycloak);
    }

    /** The one that the tests of this process share, as they share the accounts in the realm. */
    static synchronized KeycloakTokens of(KeycloakServer keycloak, String fhirBase) {
        if (shared == null) {
            shared = new KeycloakTokens(keycloak, fhirBase);
        }
        return shared;
    }

    @Override
    public synchronized String of(Bearer bearer) {
        return given.computeIfAbsent(bearer, it -> it.role() == Role.SYSTEM ? tokenOfProgram(it) : tokenOfPerson(it));
    }

    private String tokenOfProgram(Bearer bearer) {
        String client = "program-of-" + bearer.tenant();
        prepare(client, "a-backend", Map.of("salus_tenant", bearer.tenant()));
        admin.allow(client, bearer.scope());
        return KeycloakApp.backendToken(keycloak, client, bearer.scope());
    }

    private String tokenOfPerson(Bearer bearer) {
        prepare(bearer.client(), "another-app", Map.of());
        admin.allow(bearer.client(), bearer.scope());
        KeycloakApp app = new KeycloakApp(keycloak, bearer.client(), KeycloakServer.REDIRECT);
        String base = bearer.tenant().equals("default") ? fhirBase : fhirBase + "/" + bearer.tenant();
        Map<String, String> request = app.request(bearer.scope(), base);
        // Keycloak refuses a parameter without a value.
        request.values().remove("");
        JsonNode response = SmartApp.json(app.launch(request, account(bearer), PASSWORD));
        if (!response.has("access_token")) {
            throw new AssertionError("No token: " + response);
        }
        return response.path("access_token").asText();
    }

    private void prepare(String client, String original, Map<String, String> claims) {
        if (clients.add(client)) {
            if (!admin.hasClient(client)) {
                admin.copyClient(original, client, claims);
            }
            admin.tokenLifespan(client, SECONDS);
        }
    }

    // Somebody with a name is given another role by changing the account, as an administrator of Keycloak does it.
    private String account(Bearer bearer) {
        Map<String, List<String>> attributes = attributes(bearer);
        String name = "person-"
                + (bearer.subject() == null
                        ? UUID.nameUUIDFromBytes(attributes.toString().getBytes(StandardCharsets.UTF_8))
                        : bearer.tenant() + "-" + bearer.subject());
        Map<String, List<String>> known = accounts.put(name, attributes);
        if (known == null) {
            admin.allowTenant(bearer.tenant());
            admin.createUser(name, PASSWORD, attributes);
        } else if (!known.equals(attributes)) {
            admin.setAttributes(name, attributes);
        }
        return name;
    }

    private static Map<String, List<String>> attributes(Bearer bearer) {
        Map<String, List<String>> attributes = new TreeMap<>(
                Map.of("salus_role", List.of(bearer.role().code()), "salus_tenant", List.of(bearer.tenant())));
        if (bearer.fhirUser() != null) {
            attributes.put("fhirUser", List.of(bearer.fhirUser()));
        }
        if (bearer.patient() != null) {
            attributes.put("patient", List.of(bearer.patient()));
        }
        if (!bearer.clearance().isEmpty()) {
            attributes.put("salus_clearance", bearer.clearance());
        }
        return attributes;
    }
}
