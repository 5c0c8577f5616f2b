package health.salus.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.Resource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two tenants that differ by what somebody must not see: one has it, one never had it. Whatever that person does, both must
 * answer the same.
 */
final class Twins {

    static final TestServer SERVER = TestServer.shared();

    private static final ObjectMapper JSON = new ObjectMapper();

    // Says when the connection ends, which depends on how many requests it has carried.
    private static final Set<String> OF_THE_CONNECTION = Set.of("connection", "keep-alive", "date", "content-length");

    private final TokenSource tokens = TokenSource.of(SERVER);
    private final String whole;
    private final String lacking;

    /** Makes two tenants whose names begin with a word that no other test uses. */
    Twins(String name) {
        whole = name + "-whole";
        lacking = name + "-lacking";
        for (String tenant : List.of(whole, lacking)) {
            SERVER.bean(Tenants.class).create(new TenantId(tenant));
        }
    }

    /** Stores something in both. */
    void put(Resource resource, String id) {
        put(whole, resource, id);
        put(lacking, resource, id);
    }

    /** Stores what only one of them has. */
    void putForbidden(Resource resource, String id) {
        put(whole, resource, id);
    }

    private void put(String tenant, Resource resource, String id) {
        resource.setId(id);
        Answer answer = staff(tenant).put("/" + resource.fhirType() + "/" + id, resource);
        assertThat(answer.status()).as(answer.text()).isIn(200, 201);
    }

    /** The tenant that has all. */
    TenantId whole() {
        return new TenantId(whole);
    }

    /** The tenant that never had what is forbidden. */
    TenantId lacking() {
        return new TenantId(lacking);
    }

    FhirClient staff(String tenant) {
        return new Caller(Role.ADMIN, null, null, "user/*.cruds", List.of("R", "V")).in(tenant);
    }

    FhirClient inWhole(Caller caller) {
        return caller.in(whole);
    }

    Caller caller(Role role, String fhirUser, String patient, String scope) {
        return new Caller(role, fhirUser, patient, scope, List.of());
    }

    /** Asserts that a request is answered the same in both, and returns the answer. */
    Answer same(Caller caller, String method, String path, String body, String... headers) {
        Answer one = ask(caller.in(whole), method, path, body, headers);
        Answer other = ask(caller.in(lacking), method, path, body, headers);

        assertThat(one.status()).as(method + " " + path).isLessThan(500);
        boolean inOrder = path.contains("_sort");
        assertThat(said(one, inOrder)).as(method + " " + path).isEqualTo(said(other, inOrder));
        return one;
    }

    Answer same(Caller caller, String path) {
        return same(caller, "GET", path, "");
    }

    private static Answer ask(FhirClient client, String method, String path, String body, String... headers) {
        return body.isEmpty()
                ? client.send(method, path, BodyPublishers.noBody(), headers)
                : client.send(method, path, BodyPublishers.ofString(body), headers);
    }

    private String said(Answer answer, boolean inOrder) {
        TreeMap<String, List<String>> headers =
                new TreeMap<>(answer.response().headers().map());
        headers.keySet().removeAll(OF_THE_CONNECTION);
        String text = inOrder ? answer.text() : withMatchesInOneOrder(answer.text());
        return (answer.status() + " " + headers + " " + text)
                .replace(whole, "*")
                .replace(lacking, "*")
                .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "*")
                .replaceAll("_getpages=[^&\"]*", "_getpages=*")
                .replaceAll("\\d{4}-\\d{2}-\\d{2}T[0-9:.]+(Z|[+-]\\d{2}:\\d{2})", "*")
                .replaceAll("(?i)(x-request-id|last-modified)=\\[[^\\]]*\\]", "$1")
                .replaceAll("\\b[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} [0-9:]{8} GMT", "*")
                .replaceAll("(?<=\"id\":\"|Bundle/)[A-Za-z0-9_-]{16,48}(?=\"|\\])", "*");
    }

    // Unless it is told, the database gives them in the order in which it happens to find them.
    private static String withMatchesInOneOrder(String text) {
        if (!text.contains("\"searchset\"")) {
            return text;
        }
        try {
            JsonNode bundle = JSON.readTree(text);
            if (bundle.path("entry") instanceof ArrayNode entries) {
                List<JsonNode> sorted = new ArrayList<>();
                entries.forEach(sorted::add);
                sorted.sort(Comparator.comparing(entry -> entry.path("resource").toString()));
                entries.removeAll().addAll(sorted);
            }
            return bundle.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Somebody with a token of either tenant. */
    final class Caller {

        private final Role role;
        private final String fhirUser;
        private final String patient;
        private final String scope;
        private final List<String> clearance;

        Caller(Role role, String fhirUser, String patient, String scope, List<String> clearance) {
            this.role = role;
            this.fhirUser = fhirUser;
            this.patient = patient;
            this.scope = scope;
            this.clearance = clearance;
        }

        FhirClient in(String tenant) {
            Bearer bearer =
                    Bearer.of(role, patient, scope).in(tenant).being(fhirUser).clearedFor(clearance);
            return FhirClient.withToken(SERVER.fhirBase() + "/" + tenant, tokens.of(bearer));
        }
    }
}
