package health.salus.smart;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.net.URI;
import java.util.Base64;
import java.util.List;

/**
 * {@code /api/clients}: the programs that may ask for tokens, for administrators of their tenant. The names of the members
 * are those of RFC 7591.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7591#section-2">RFC 7591, client metadata</a>
 */
@RestController
@ConditionalOnEmbeddedIssuer
@RequestMapping("/api/clients")
@AllowedTo(Role.ADMIN)
class ClientApi {

    private static final int SECRET_BYTES = 32;

    private final Base64StringKeyGenerator secrets =
            new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), SECRET_BYTES);
    private final Clients clients;
    private final ClientRules rules;
    private final Grants grants;
    private final PasswordEncoder passwords;

    ClientApi(Clients clients, ClientRules rules, Grants grants, PasswordEncoder passwords) {
        this.clients = clients;
        this.rules = rules;
        this.grants = grants;
        this.passwords = passwords;
    }

    /** Returns the clients of a tenant. */
    @GetMapping
    List<View> list(
            @AuthenticationPrincipal SmartPrincipal caller, @RequestParam(required = false) @Nullable String tenant) {
        return clients.of(Administration.workedOn(caller, tenant)).stream()
                .map(it -> View.of(it, null))
                .toList();
    }

    /**
     * Registers a client, 201, and makes its secret where it is to have one, which is shown here and never again. 409 if
     * the id is taken, 403 if it is to be trusted and the caller is not of the default tenant, 400 if something is missing or not allowed.
     */
    @PostMapping
    ResponseEntity<View> create(@AuthenticationPrincipal SmartPrincipal caller, @RequestBody NewClient client) {
        TenantId tenant = Administration.workedOn(caller, client.tenant());
        // What people are not asked, those who run the server answer for.
        if (Boolean.TRUE.equals(client.trusted()) && !caller.tenant().equals(TenantId.DEFAULT)) {
            throw new ResponseStatusException(
                    HttpStatus.FORBIDDEN, "Only an administrator of the default tenant makes a client trusted");
        }
        boolean hasSecret = ClientRules.hasSecret(client);
        String secret = hasSecret ? secrets.generateKey() : null;
        SmartClient created =
                rules.checked(client, tenant, secret == null ? null : new ClientProof.Secret(passwords.encode(secret)));
        if (!clients.create(created)) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "There is a client of this id");
        }
        return secretly(HttpStatus.CREATED, View.of(new Clients.ListedClient(created, false), secret));
    }

    /** Makes another secret; the one before is worth nothing from now on. 409 if the client has none. */
    @PostMapping("/{id}/secret")
    ResponseEntity<View> replaceSecret(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String id) {
        Clients.ListedClient listed = require(caller, id);
        if (!(listed.client().proof() instanceof ClientProof.Secret)) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "This client does not prove itself by a secret");
        }
        String secret = secrets.generateKey();
        clients.replaceSecret(id, passwords.encode(secret));
        return secretly(HttpStatus.OK, View.of(listed, secret));
    }

    /** Shuts a client out: no new tokens, and the ones it has are worth nothing from now on. */
    @PostMapping("/{id}/disable")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void disable(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String id) {
        require(caller, id);
        clients.setEnabled(id, false);
        grants.endAllOfClient(id);
    }

    /** Lets a client in again. */
    @PostMapping("/{id}/enable")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void enable(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String id) {
        require(caller, id);
        clients.setEnabled(id, true);
    }

    private Clients.ListedClient require(SmartPrincipal caller, String id) {
        return clients.listed(id)
                .filter(it -> Administration.mayWorkOn(caller, it.client().tenant()))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such client"));
    }

    private static ResponseEntity<View> secretly(HttpStatus status, View view) {
        return ResponseEntity.status(status)
                .cacheControl(CacheControl.noStore())
                .body(view);
    }

    /**
     * What is needed to register a client.
     *
     * @param clientId     made up if it is left out
     * @param redirectUris where people are sent back to; none for a backend service
     * @param scope        what it may ask for at most, with spaces between
     * @param method       {@code none}, {@code client_secret_basic}, {@code client_secret_post} or {@code private_key_jwt}
     * @param jwks         its public keys, for the last of these
     * @param jwksUri      where its public keys are instead
     * @param launchUri    where an EHR starts it
     * @param trusted      whether people are not asked what it may do; for administrators of the default tenant alone
     * @param tenant       the caller's if it is left out
     */
    record NewClient(
            @JsonProperty("client_id") @Nullable String clientId,
            @JsonProperty("client_name") @Nullable String name,
            @JsonProperty("redirect_uris") @Nullable List<String> redirectUris,
            @JsonProperty("scope") @Nullable String scope,

            @JsonProperty("token_endpoint_auth_method") @Nullable
            String method,

            @JsonProperty("jwks") @Nullable JsonNode jwks,
            @JsonProperty("jwks_uri") @Nullable String jwksUri,
            @JsonProperty("initiate_login_uri") @Nullable String launchUri,
            @JsonProperty("trusted") @Nullable Boolean trusted,
            @JsonProperty("tenant") @Nullable String tenant) {}

    /** A client as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record View(
            @JsonProperty("client_id") String clientId,
            @JsonProperty("client_name") String name,
            @JsonProperty("redirect_uris") List<String> redirectUris,
            @JsonProperty("scope") String scope,
            @JsonProperty("token_endpoint_auth_method") String method,
            @JsonProperty("jwks_uri") @Nullable URI jwksUri,
            @JsonProperty("initiate_login_uri") @Nullable URI launchUri,
            @JsonProperty("trusted") boolean trusted,
            @JsonProperty("tenant") String tenant,
            @JsonProperty("disabled") boolean disabled,
            @JsonProperty("client_secret") @Nullable String secret) {

        static View of(Clients.ListedClient listed, @Nullable String secret) {
            SmartClient client = listed.client();
            ClientProof proof = client.proof();
            return new View(
                    client.id(),
                    client.name(),
                    client.redirectUris().stream().sorted().toList(),
                    String.join(" ", client.scopes().stream().sorted().toList()),
                    ClientRules.method(proof),
                    proof instanceof ClientProof.KeyAddress keys ? keys.address() : null,
                    client.launchUri(),
                    !client.asksConsent(),
                    client.tenant().value(),
                    listed.disabled(),
                    secret);
        }
    }
}
