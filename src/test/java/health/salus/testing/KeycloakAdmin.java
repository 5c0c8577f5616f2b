package health.salus.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What an administrator does in the realm: accounts, scopes, lifetimes. */
public final class KeycloakAdmin {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final KeycloakServer server;
    private final String realm;
    private final Set<String> grantable = ConcurrentHashMap.newKeySet();
    private String token;
    private Instant tokenSince;

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
    public void createUser(String name, String password, Map<String, List<String>> attributes) {
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
                attributes,
                "credentials",
                List.of(Map.of("type", "password", "value", password, "temporary", false)));
        expect(201, send("POST", "/users", user));
    }

    public JsonNode user(String name) {
        return read(send("GET", "/users?exact=true&username=" + name, null)).get(0);
    }

    /** Gives an account these attributes and no others. */
    public void setAttributes(String name, Map<String, List<String>> attributes) {
        ObjectNode user = (ObjectNode) user(name);
        user.set("attributes", JSON.valueToTree(attributes));
        expect(204, send("PUT", "/users/" + user.path("id").asText(), user));
    }

    /** Lets accounts belong to a tenant that the realm was not printed with. */
    public void allowTenant(String tenant) {
        JsonNode profile = read(send("GET", "/users/profile", null));
        ArrayNode tenants = (ArrayNode)
                named(profile.path("attributes"), "salus_tenant").orElseThrow().at("/validations/options/options");
        if (StreamSupport.stream(tenants.spliterator(), false)
                .noneMatch(it -> it.asText().equals(tenant))) {
            tenants.add(tenant);
            expect(200, send("PUT", "/users/profile", profile));
        }
    }

    public void disable(String name) {
        expect(204, send("PUT", "/users/" + user(name).path("id").asText(), Map.of("enabled", false)));
    }

    /** Signs somebody out wherever they are. */
    public void endSessions(String name) {
        expect(204, send("POST", "/users/" + user(name).path("id").asText() + "/logout", null));
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

    public boolean hasClient(String clientId) {
        return client(clientId) != null;
    }

    /** Makes a client like another one, but for what it says of itself in these claims. */
    public void copyClient(String original, String clientId, Map<String, String> claims) {
        ObjectNode client = (ObjectNode) client(original);
        client.remove(List.of("id", "access"));
        client.put("clientId", clientId);
        for (JsonNode mapper : client.path("protocolMappers")) {
            ((ObjectNode) mapper).remove("id");
            String value = claims.get(mapper.path("name").asText());
            if (value != null) {
                ((ObjectNode) mapper.path("config")).put("claim.value", value);
            }
        }
        expect(201, send("POST", "/clients", client));
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
        return named(read(send("GET", "/client-scopes", null)), name)
                .orElseThrow(() -> new AssertionError("Keycloak takes no scope named " + name))
                .path("id")
                .asText();
    }

    private static Optional<JsonNode> named(JsonNode list, String name) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(it -> it.path("name").asText().equals(name))
                .findFirst();
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

    // Good for a minute, and each one costs a hashed password.
    private synchronized String token() throws IOException, InterruptedException {
        if (token == null || Instant.now().isAfter(tokenSince.plusSeconds(30))) {
            tokenSince = Instant.now();
            token = newToken();
        }
        return token;
    }

    private String newToken() throws IOException, InterruptedException {
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
