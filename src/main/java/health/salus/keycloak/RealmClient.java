package health.salus.keycloak;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** A client of the realm. */
interface RealmClient {

    /** What may name a client: it stands in form fields, in logs and in the audit trail. */
    Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    String id();

    /** Returns the client as Keycloak imports it, given the scopes of the realm. */
    ObjectNode json(SmartClientScopes scopes);

    /** Returns what all clients have in common: no way in but the one that is opened afterwards. */
    static ObjectNode closed(String id, Collection<String> optionalScopes) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "Not a client id: 1 to 64 of letters, digits, '.', '_' and '-', first a letter or digit: " + id);
        }
        ObjectNode client = JsonNodeFactory.instance.objectNode();
        client.put("clientId", id)
                .put("enabled", true)
                .put("protocol", "openid-connect")
                .put("publicClient", false)
                .put("standardFlowEnabled", false)
                .put("implicitFlowEnabled", false)
                .put("directAccessGrantsEnabled", false)
                .put("serviceAccountsEnabled", false)
                .put("fullScopeAllowed", false);
        client.set("attributes", JsonNodeFactory.instance.objectNode().put("pkce.code.challenge.method", "S256"));
        client.set("defaultClientScopes", texts(List.of("basic", "salus")));
        client.set("optionalClientScopes", texts(optionalScopes));
        return client;
    }

    static ArrayNode texts(Collection<String> values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        values.forEach(array::add);
        return array;
    }
}
