package health.salus.keycloak;

import health.salus.tenant.TenantId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code keycloak realm}: prints a realm as JSON, which Keycloak 26.7 imports as it is and which issues the tokens that this
 * server takes. No user and no secret is in it.
 *
 * <p>Exit code 0: printed; 2: an option is not understood, and nothing is printed but the reason.
 */
@Command(
        name = "realm",
        description = "Prints a Keycloak realm, for its import: SMART scopes, claims, clients, rules.",
        mixinStandardHelpOptions = true)
public final class RealmCommand implements Callable<Integer> {

    @Option(names = "--realm", description = "name of the realm (default: ${DEFAULT-VALUE})", defaultValue = "salus")
    private String name = "";

    @Option(
            names = "--server",
            description = "public address of Salus, without /fhir (default: ${DEFAULT-VALUE})",
            defaultValue = "${SALUS_PUBLIC_URL:-http://localhost:8080}")
    private String server = "";

    @Option(
            names = "--tenant",
            description = "tenants that accounts may belong to (default: ${DEFAULT-VALUE})",
            defaultValue = "default",
            split = ",")
    private List<String> tenants = new ArrayList<>();

    @Option(
            names = "--client",
            description = "a public app with PKCE, as ID=REDIRECT or ID=REDIRECT,REDIRECT; may be repeated")
    private List<String> apps = new ArrayList<>();

    @Option(
            names = "--backend",
            description = "a backend service that signs with its own key, as ID=JWKS-URL or ID=@JWKS-FILE, with "
                    + "ID@TENANT for another tenant; may be repeated")
    private List<String> backends = new ArrayList<>();

    @Option(
            names = "--type",
            description =
                    "resource types with scopes of their own, beside *; a client asks for scopes by their very name",
            defaultValue = SmartClientScopes.USUAL_TYPES,
            split = ",")
    private List<String> types = new ArrayList<>();

    @Spec
    private CommandSpec command = CommandSpec.create();

    /** Prints the realm and returns 0. */
    @Override
    public Integer call() {
        try {
            command.commandLine().getOut().println(realm().json());
            return 0;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Realm realm() {
        List<TenantId> ids = tenants.stream().map(TenantId::new).toList();
        Stream<RealmClient> clients = Stream.of(
                        Stream.of(PublicApp.userInterface(server)),
                        apps.stream().map(PublicApp::parse),
                        backends.stream().map(BackendService::parse))
                .flatMap(it -> it);
        return new Realm(name, server, ids, SmartClientScopes.of(types), clients.collect(Collectors.toList()));
    }
}
