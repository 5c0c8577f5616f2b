package health.salus.smart;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.net.URI;
import java.text.ParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What may be registered as a client; anything else is answered 400 with what to do about it. */
@Component
@ConditionalOnEmbeddedIssuer
class ClientRules {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final int LONGEST_NAME = 200;
    private static final int SHORTEST_RSA_KEY = 2048;
    private static final String NONE = "none";
    private static final String PRIVATE_KEY = "private_key_jwt";
    private static final Set<String> SECRET = Set.of("client_secret_basic", "client_secret_post");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> FOR_PROGRAMS = Set.of(SmartScopes.API, SmartScopes.INTROSPECT);

    private final PublishedKeys publishedKeys;

    ClientRules(PublishedKeys publishedKeys) {
        this.publishedKeys = publishedKeys;
    }

    static boolean hasSecret(ClientApi.NewClient client) {
        return client.method() != null && SECRET.contains(client.method());
    }

    static String method(ClientProof proof) {
        if (proof instanceof ClientProof.None) {
            return NONE;
        }
        return proof instanceof ClientProof.Secret ? "client_secret_basic" : PRIVATE_KEY;
    }

    /** Returns the client that is to be registered, with the secret that was made for it if it is to have one. */
    SmartClient checked(ClientApi.NewClient client, TenantId tenant, ClientProof.@Nullable Secret secret) {
        String id = Optional.ofNullable(client.clientId())
                .orElseGet(() -> UUID.randomUUID().toString());
        require(ID.matcher(id).matches(), "client_id has 1 to 100 of letters, digits and ._-");
        String name = Optional.ofNullable(client.name()).orElse("").strip();
        require(!name.isEmpty() && name.length() <= LONGEST_NAME, "client_name has 1 to 200 characters");
        List<String> redirectUris = Optional.ofNullable(client.redirectUris()).orElse(List.of());
        require(
                redirectUris.stream().allMatch(ClientRules::isReturnAddress),
                "redirect_uris are https, or http of this machine, or a scheme of the app's own such as org.example.app:/back");
        ClientProof proof = secret == null ? proof(client) : secret;
        require(
                !(proof instanceof ClientProof.None && redirectUris.isEmpty()),
                "A client without redirect_uris must prove itself");
        return new SmartClient(
                id,
                name,
                tenant,
                Set.copyOf(redirectUris),
                scopes(client, redirectUris.isEmpty()),
                proof,
                launchUri(client),
                !Boolean.TRUE.equals(client.trusted()));
    }

    private static Set<String> scopes(ClientApi.NewClient client, boolean isProgram) {
        String text = Optional.ofNullable(client.scope()).orElse("").strip();
        try {
            SmartScopes scopes = SmartScopes.parse(text);
            boolean fits = isProgram
                    ? FOR_PROGRAMS.containsAll(scopes.others())
                            && scopes.clinical().stream().allMatch(it -> it.context() == ClinicalScope.Context.SYSTEM)
                    : !scopes.has(ClinicalScope.Context.SYSTEM);
            require(fits, "system/ scopes are for clients without redirect_uris, who have no others");
        } catch (InvalidScopeException e) {
            throw Administration.badRequest("scope has one that this server does not understand");
        }
        require(!text.isEmpty(), "scope is missing");
        return Arrays.stream(text.split(" +")).collect(Collectors.toUnmodifiableSet());
    }

    private ClientProof proof(ClientApi.NewClient client) {
        String method = Optional.ofNullable(client.method()).orElse(NONE);
        if (method.equals(NONE)) {
            require(client.jwks() == null && client.jwksUri() == null, "Keys are for private_key_jwt");
            return new ClientProof.None();
        }
        require(
                method.equals(PRIVATE_KEY) && (client.jwks() == null) != (client.jwksUri() == null),
                "token_endpoint_auth_method is none, client_secret_basic, client_secret_post, or private_key_jwt"
                        + " with either jwks or jwks_uri");
        if (client.jwks() != null) {
            return new ClientProof.Keys(publicKeys(client.jwks().toString()));
        }
        URI address = uri(client.jwksUri());
        require(
                address != null && publishedKeys.mayBeAt(address),
                "jwks_uri must be https, unless its host is in salus.auth.internal-key-hosts");
        return new ClientProof.KeyAddress(Objects.requireNonNull(address));
    }

    private static String publicKeys(String jwks) {
        try {
            JWKSet keys = JWKSet.parse(jwks);
            require(
                    !keys.getKeys().isEmpty() && keys.getKeys().stream().allMatch(ClientRules::isUsable),
                    "Each key of jwks is public, has a kid, and is RSA of 2048 bits or more, or EC P-384");
            return keys.toString();
        } catch (ParseException e) {
            throw Administration.badRequest("jwks is no JSON Web Key Set");
        }
    }

    private static boolean isUsable(JWK key) {
        boolean fits = key instanceof RSAKey rsa
                ? rsa.size() >= SHORTEST_RSA_KEY
                : key instanceof ECKey curve && Curve.P_384.equals(curve.getCurve());
        return fits && !key.isPrivate() && key.getKeyID() != null;
    }

    private static @Nullable URI launchUri(ClientApi.NewClient client) {
        URI address = uri(client.launchUri());
        require(
                client.launchUri() == null || (address != null && isWeb(address)),
                "initiate_login_uri is https, or http of this machine");
        return address;
    }

    private static boolean isReturnAddress(@Nullable String text) {
        URI address = uri(text);
        if (address == null || address.getScheme() == null || address.getRawFragment() != null) {
            return false;
        }
        // A scheme of an app's own has a dot in it, like the domain that it is made of (RFC 8252, section 7.1).
        return isWeb(address) || address.getScheme().indexOf('.') > 0;
    }

    private static boolean isWeb(URI address) {
        return address.getHost() != null
                && address.getRawUserInfo() == null
                && ("https".equals(address.getScheme())
                        || ("http".equals(address.getScheme()) && LOOPBACK.contains(address.getHost())));
    }

    private static @Nullable URI uri(@Nullable String text) {
        try {
            return text == null ? null : URI.create(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw Administration.badRequest(otherwise);
        }
    }
}
