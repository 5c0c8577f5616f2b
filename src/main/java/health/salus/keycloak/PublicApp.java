package health.salus.keycloak;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An app that a person signs in to, without a secret and with PKCE.
 *
 * @param id        the client id
 * @param redirects where Keycloak may send the person back to, each a whole address
 * @param isOurs    whether it is this server's own, which asks for no consent and may administer
 */
record PublicApp(String id, List<String> redirects, boolean isOurs) implements RealmClient {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    PublicApp {
        redirects = List.copyOf(redirects);
    }

    /** Returns the web interface of the server at this address. */
    static PublicApp userInterface(String server) {
        return new PublicApp("salus-ui", List.of(server + "/ui/"), true);
    }

    /**
     * Reads {@code ID=REDIRECT,REDIRECT}.
     *
     * @throws IllegalArgumentException if an address has a wildcard or a fragment, or has no TLS and is not this machine's
     */
    static PublicApp parse(String text) {
        String[] parts = text.split("=", 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException("Not ID=REDIRECT: " + text);
        }
        List<String> redirects = List.of(parts[1].split(","));
        redirects.forEach(PublicApp::check);
        return new PublicApp(parts[0], redirects, false);
    }

    @Override
    public ObjectNode json(SmartClientScopes scopes) {
        List<String> asked = new ArrayList<>(scopes.ofApps());
        if (isOurs) {
            asked.add(SmartClientScopes.ADMINISTRATION);
        }
        ObjectNode client = RealmClient.closed(id, asked)
                .put("publicClient", true)
                .put("standardFlowEnabled", true)
                .put("consentRequired", !isOurs);
        client.set("redirectUris", RealmClient.texts(redirects));
        client.set(
                "webOrigins",
                RealmClient.texts(redirects.stream()
                        .map(PublicApp::origin)
                        .filter(it -> !it.isEmpty())
                        .distinct()
                        .toList()));
        return client;
    }

    // A code that travels without TLS, or to an address that only begins like the app's, is as good as published.
    private static void check(String redirect) {
        if (redirect.contains("*") || redirect.contains("#")) {
            throw new IllegalArgumentException("A redirect address is a whole one, without * and #: " + redirect);
        }
        URI address = URI.create(redirect);
        String host = address.getHost();
        boolean isSafe = address.isAbsolute()
                && !("http".equals(address.getScheme()) && (host == null || !LOOPBACK.contains(host)));
        if (!isSafe) {
            throw new IllegalArgumentException("A redirect address starts with https:// or an app's own scheme, or is "
                    + "one of this machine: " + redirect);
        }
    }

    // Of the server's own address Keycloak may yet have to fill in a variable, so this is no work for URI.
    private static String origin(String redirect) {
        int host = redirect.startsWith("${") ? 0 : redirect.indexOf("://") + 3;
        int path = redirect.indexOf('/', host);
        boolean isWeb = redirect.startsWith("${") || redirect.startsWith("http");
        return isWeb && path > 0 ? redirect.substring(0, path) : "";
    }
}
