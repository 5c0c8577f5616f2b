package health.salus.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import health.salus.tenant.TenantId;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;

/**
 * A Keycloak realm: what {@code keycloak/realm.json} says of every realm, and what is particular to this one.
 *
 * @param name    its name, the last part of the issuer
 * @param server  public address of this server without a slash at the end, or a variable such as {@code ${SALUS_PUBLIC_URL}}
 *                that Keycloak fills in at the import
 * @param tenants those that accounts may belong to
 * @param scopes  what clients may ask for
 * @param clients the clients, each with an id of its own
 */
record Realm(String name, String server, List<TenantId> tenants, SmartClientScopes scopes, List<RealmClient> clients) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COMMON = "/keycloak/realm.json";
    private static final String PROFILE = "userProfile";

    Realm {
        tenants = List.copyOf(tenants);
        clients = List.copyOf(clients);
        if (!RealmClient.ID.matcher(name).matches()) {
            throw new IllegalArgumentException("Not a name of a realm, since it stands in addresses: " + name);
        }
        boolean isVariable = server.startsWith("${");
        if (server.endsWith("/")
                || !(isVariable
                        || server.matches("https?://.+") && URI.create(server).getHost() != null)) {
            throw new IllegalArgumentException(
                    "Not the public address of the server, without a slash at the end: " + server);
        }
        if (clients.stream().map(RealmClient::id).distinct().count() < clients.size()) {
            throw new IllegalArgumentException("Two clients have the same id");
        }
    }

    /** Returns the realm as Keycloak imports it. */
    String json() {
        ObjectNode realm = common();
        JsonNode profile = Objects.requireNonNull(realm.remove(PROFILE));
        realm.put("realm", name);
        ((ObjectNode) named(named(realm.get("clientScopes"), "salus").get("protocolMappers"), "FHIR base")
                        .get("config"))
                .put("fhir.base", server + "/fhir");
        ((ArrayNode) realm.get("clientScopes")).addAll(scopes.json());
        ArrayNode all = (ArrayNode) realm.get("clients");
        clients.forEach(client -> all.add(client.json(scopes)));
        // Keycloak keeps the declaration of accounts as a text within a component.
        realm.putObject("components")
                .putArray("org.keycloak.userprofile.UserProfileProvider")
                .addObject()
                .put("providerId", "declarative-user-profile")
                .putObject("config")
                .putArray("kc.user.profile.config")
                .add(withTenants(profile).toString());
        return realm.toPrettyString();
    }

    private JsonNode withTenants(JsonNode profile) {
        ArrayNode options = ((ObjectNode)
                        named(profile.get("attributes"), "salus_tenant").get("validations"))
                .putObject("options")
                .putArray("options");
        tenants.forEach(tenant -> options.add(tenant.value()));
        return profile;
    }

    private static JsonNode named(JsonNode list, String name) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(it -> it.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    // The pages on which people look after their account lie at addresses with the realm's name in them.
    private ObjectNode common() {
        try (InputStream text = Objects.requireNonNull(Realm.class.getResourceAsStream(COMMON))) {
            return (ObjectNode)
                    JSON.readTree(new String(text.readAllBytes(), StandardCharsets.UTF_8).replace("{realm}", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
