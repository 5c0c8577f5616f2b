package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * {@code smart token}: signs in as a backend service and prints its access token, for scripts.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html">SMART Backend Services</a>
 */
@Command(name = "token", description = "Prints an access token of a backend service.", mixinStandardHelpOptions = true)
public final class TokenCommand implements Callable<Integer> {

    @Option(names = "--client", description = "client id (default: ${DEFAULT-VALUE})", defaultValue = "demo-backend")
    private String client = "";

    @Option(
            names = "--key",
            description = "file with the client's private key as JWK (default: ${DEFAULT-VALUE})",
            defaultValue = "${SALUS_DATA_DIR:-data}/demo/demo-backend.jwk.json")
    private Path key = Path.of("");

    @Option(names = "--scope", description = "scopes (default: ${DEFAULT-VALUE})", defaultValue = "system/*.cruds")
    private String scope = "";

    @Option(
            names = "--server",
            description = "address of the server (default: ${DEFAULT-VALUE})",
            defaultValue = "${SALUS_PUBLIC_URL:-http://localhost:8080}")
    private URI server = URI.create("");

    @Spec
    private CommandSpec command = CommandSpec.create();

    /** Returns 0 and prints the token, or returns 1 and prints the reason where errors go. */
    @Override
    public Integer call() throws InterruptedException {
        try {
            HttpResponse<String> response = request();
            JsonNode answer = new ObjectMapper().readTree(response.body());
            if (response.statusCode() == HttpURLConnection.HTTP_OK) {
                command.commandLine()
                        .getOut()
                        .println(answer.path("access_token").asText());
                return 0;
            }
            return fail("The server refuses: " + answer.path("error").asText("status " + response.statusCode()));
        } catch (IOException e) {
            return fail("No token: " + e);
        }
    }

    private HttpResponse<String> request() throws IOException, InterruptedException {
        URI tokenUrl = URI.create(server + "/oauth2/token");
        Map<String, String> form = Map.of(
                "grant_type",
                "client_credentials",
                "scope",
                scope,
                "client_assertion_type",
                BackendAssertion.TYPE,
                "client_assertion",
                BackendAssertion.of(client, key).sign(tokenUrl));
        HttpRequest request = HttpRequest.newBuilder(tokenUrl)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form.entrySet().stream()
                        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"))))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private int fail(String reason) {
        command.commandLine().getErr().println(reason);
        return 1;
    }
}
