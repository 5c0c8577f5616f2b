package health.salus.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What an administrator does in the realm: accounts, scopes, lifetimes. */
public final class KeycloakAdmin {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final KeycloakServer server;
    private final String realm;
    private final Set<String> grantable = ConcurrentHashMap.newKeySet();

    /** Works on the realm that our command prints. */
    public KeycloakAdmin(KeycloakServer server) {
        this(server, "salus");
    }

    public KeycloakAdmin(KeycloakServer server, String realm) {
        this.server = server;
        this.realm = realm;
    }

    /** Makes the realm, with what is in this representation of it. */
    public void createRealm(Map<String, Object> representation) {
        expect(201, sendTo("/admin/realms", "POST", representation));
    }

    /** Makes an account that can sign in at once; what an attribute is called, Salus has it as a claim. */
    public void createUser(String name, String password, Map<String, String> attributes) {
        Map<String, Object> user = Map.of(
                "username",
                name,
                "enabled",
                true,
                "firstName",
                name,
                "lastName",
                "Test",
                "email",
                name + "@example.org",
                "attributes",
                attributes.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, it -> List.of(it.getValue()))),
                "credentials",
                List.of(Map.of("type", "password", "value", password, "temporary", false)));
        expect(201, send("POST", "/users", user));
    }

    public JsonNode user(String name) {
        return read(send("GET", "/users?exact=true&username=" + name, null)).get(0);
    }

    public void disable(String name) {
        expect(204, send("PUT", "/users/" + user(name).path("id").asText(), Map.of("enabled", false)));
    }

    public void tokenLifespan(int seconds) {
        expect(204, send("PUT", "", Map.of("accessTokenLifespan", seconds)));
    }

    /** Sets how long the tokens of one client live. */
    public void tokenLifespan(String clientId, int seconds) {
        ObjectNode client = (ObjectNode) client(clientId);
        client.withObject("/attributes").put("access.token.lifespan", String.valueOf(seconds));
        expect(204, send("PUT", "/clients/" + client.path("id").asText(), client));
    }

    /** Lets a client ask for these scopes, which are words with spaces between; the realm gets those that it lacks. */
    public void allow(String clientId, String scopes) {
        Stream.of(scopes.split(" "))
                .filter(scope -> !scope.isEmpty() && !scope.equals("openid"))
                .filter(scope -> grantable.add(clientId + " " + scope))
                .forEach(scope -> {
                    String path = "/clients/" + client(clientId).path("id").asText() + "/optional-client-scopes/";
                    expect(204, send("PUT", path + scope(scope), null));
                });
    }

    private JsonNode client(String clientId) {
        return read(send("GET", "/clients?clientId=" + clientId, null)).get(0);
    }

    private String scope(String name) {
        Map<String, Object> scope = Map.of(
                "name",
                name,
                "protocol",
                "openid-connect",
                "attributes",
                Map.of("include.in.token.scope", "true", "display.on.consent.screen", "false"));
        send("POST", "/client-scopes", scope);
        return StreamSupport.stream(read(send("GET", "/client-scopes", null)).spliterator(), false)
                .filter(it -> it.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("Keycloak takes no scope named " + name))
                .path("id")
                .asText();
    }

    private HttpResponse<String> send(String method, String path, Object body) {
        return sendTo("/admin/realms/" + realm + path, method, body);
    }

    private HttpResponse<String> sendTo(String address, String method, Object body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + address))
                    .header("Authorization", "Bearer " + token())
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(JSON.writeValueAsString(body)));
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String token() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(server.address() + "/realms/master/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=password&client_id=admin-cli&username=" + KeycloakServer.ADMIN
                        + "&password=" + server.adminPassword()))
                .build();
        return read(HTTP.send(request, BodyHandlers.ofString()))
                .path("access_token")
                .asText();
    }

    private static void expect(int status, HttpResponse<String> response) {
        if (response.statusCode() != status) {
            throw new AssertionError(response.request().uri() + ": " + response.statusCode() + " " + response.body());
        }
    }

    private static JsonNode read(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
