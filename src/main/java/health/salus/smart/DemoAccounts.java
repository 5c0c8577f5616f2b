package health.salus.smart;

import com.nimbusds.jose.jwk.JWKSet;
import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * Users and apps to try a fresh server with. There are none unless somebody calls {@link #ensure}, and none at all while
 * another server issues the tokens.
 */
@Component
@ConditionalOnEmbeddedIssuer
public class DemoAccounts {

    static final String BACKEND = "demo-backend";

    private static final Set<String> APP_SCOPES = Set.of(
            SmartScopes.OPENID,
            SmartScopes.FHIR_USER,
            SmartScopes.LAUNCH,
            SmartScopes.LAUNCH_PATIENT,
            SmartScopes.LAUNCH_ENCOUNTER,
            SmartScopes.ONLINE_ACCESS,
            SmartScopes.OFFLINE_ACCESS,
            "patient/*.rs",
            "user/*.rs");
    private static final Set<String> UI_SCOPES = Set.of(
            SmartScopes.OPENID,
            SmartScopes.FHIR_USER,
            SmartScopes.LAUNCH,
            SmartScopes.LAUNCH_PATIENT,
            SmartScopes.ONLINE_ACCESS,
            SmartScopes.API,
            "patient/*.rs",
            "user/*.cruds");

    private final Users users;
    private final Clients clients;
    private final PasswordEncoder passwords;
    private final BackendTokens tokens;
    private final SmartSettings settings;
    private final FhirBases bases;

    DemoAccounts(
            Users users,
            Clients clients,
            PasswordEncoder passwords,
            BackendTokens tokens,
            SmartSettings settings,
            FhirBases bases) {
        this.users = users;
        this.clients = clients;
        this.passwords = passwords;
        this.tokens = tokens;
        this.settings = settings;
        this.bases = bases;
    }

    /**
     * Makes sure that the demo users {@code admin}, {@code doctor} and {@code patient} and the clients {@code salus-ui},
     * {@code demo-app} and {@code demo-backend} of the default tenant exist. Their secrets are made once and kept in
     * {@code demo} below the data folder, in files that only the owner of the process can read.
     *
     * @param patientId      id of the Patient resource that is the record of {@code patient}, without the type
     * @param practitionerId id of the Practitioner resource that represents {@code doctor}, without the type
     * @return the users with their passwords
     */
    public List<DemoUser> ensure(String patientId, String practitionerId) {
        DemoFiles files = new DemoFiles(settings.dataDir().resolve("demo"));
        List<DemoUser> people = files.users();
        people.forEach(person ->
                users.save(user(person, patientId, practitionerId), passwords.encode(person.password()), true));
        String ui = bases.at("/ui/");
        clients.save(app("salus-ui", "Salus", Set.of(ui), UI_SCOPES, null, false), true);
        URI launch = URI.create("http://127.0.0.1:9876/launch");
        Set<String> redirectUris = Set.of("http://127.0.0.1:9876/callback", ui);
        clients.save(app("demo-app", "Demo app", redirectUris, APP_SCOPES, launch, true), true);
        String keys = new JWKSet(files.backendKey().toPublicJWK()).toString();
        clients.save(
                new SmartClient(
                        BACKEND,
                        "Demo backend service",
                        TenantId.DEFAULT,
                        Set.of(),
                        Set.of("system/*.cruds"),
                        new ClientProof.Keys(keys),
                        null,
                        false),
                true);
        return people;
    }

    /** Removes the demo users and clients from the database and with them what was granted to these clients. */
    public void remove() {
        users.removeDemo();
        clients.removeDemo();
    }

    /**
     * Issues an access token of {@code demo-backend} with {@code system/*.cruds}, good for an hour.
     *
     * @return the token as it stands behind {@code Authorization: Bearer}
     * @throws IllegalStateException if there are no demo accounts
     */
    public String accessToken() {
        return tokens.issue(BACKEND, Set.of("system/*.cruds"));
    }

    private static SmartClient app(
            String id,
            String name,
            Set<String> redirectUris,
            Set<String> scopes,
            @Nullable URI launchUri,
            boolean asksConsent) {
        return new SmartClient(
                id, name, TenantId.DEFAULT, redirectUris, scopes, new ClientProof.None(), launchUri, asksConsent);
    }

    private static SmartUser user(DemoUser person, String patientId, String practitionerId) {
        Role role =
                Role.ofCode(person.role()).orElseThrow(() -> new IllegalStateException("Not a role: " + person.role()));
        return switch (role) {
            case PATIENT -> new SmartUser(person.username(), role, TenantId.DEFAULT, "Patient/" + patientId, patientId);
            case PRACTITIONER ->
                new SmartUser(person.username(), role, TenantId.DEFAULT, "Practitioner/" + practitionerId, null);
            case ADMIN, SYSTEM -> new SmartUser(person.username(), role, TenantId.DEFAULT, null, null);
        };
    }
}
