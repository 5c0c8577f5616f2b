package health.salus.testing;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Speaks plain HTTP to a FHIR base, so that tests see statuses and headers as a client does.
 *
 * @param base  without a slash at its end
 * @param token access token, or nothing to come without one
 */
public record FhirClient(String base, Optional<String> token) {

    public static final FhirContext FHIR = FhirContext.forR4Cached();

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private static final String JSON = "application/fhir+json";

    public static FhirClient anonymous(String base) {
        return new FhirClient(base, Optional.empty());
    }

    public static FhirClient withToken(String base, String token) {
        return new FhirClient(base, Optional.of(token));
    }

    /** Gets a path below the base, or an absolute URL. */
    public Answer get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    public Answer head(String path, String... headers) {
        return send("HEAD", path, BodyPublishers.noBody(), headers);
    }

    public Answer delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody());
    }

    public Answer post(String path, IBaseResource resource, String... headers) {
        return send("POST", path, json(resource), with(headers, "Content-Type", JSON));
    }

    public Answer put(String path, IBaseResource resource, String... headers) {
        return send("PUT", path, json(resource), with(headers, "Content-Type", JSON));
    }

    public Answer send(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).timeout(Duration.ofMinutes(2)).method(method, body);
        token.ifPresent(it -> request.header("Authorization", "Bearer " + it));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Answer(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Creates a resource and returns it as the server shows it. */
    @SuppressWarnings("unchecked")
    public <T extends Resource> T create(T resource) {
        Answer answer = post("/" + resource.fhirType(), resource, "Prefer", "return=representation");
        if (answer.status() != 201) {
            throw new AssertionError("Not created: " + answer.status() + " " + answer.text());
        }
        return (T) FHIR.newJsonParser().parseResource(answer.text());
    }

    /** Searches and returns the matches and included resources of the first page. */
    public List<Resource> search(String query) {
        Answer answer = get(query);
        if (answer.status() != 200) {
            throw new AssertionError("No search result: " + answer.status() + " " + answer.text());
        }
        return answer.resource(Bundle.class).getEntry().stream()
                .map(Bundle.BundleEntryComponent::getResource)
                .toList();
    }

    public static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private URI uri(String path) {
        return URI.create(path.startsWith("http") ? path : base + path);
    }

    private static BodyPublisher json(IBaseResource resource) {
        return BodyPublishers.ofString(
                FHIR.newJsonParser().setStripVersionsFromReferences(false).encodeResourceToString(resource));
    }

    private static String[] with(String[] headers, String name, String value) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = name;
        all[headers.length + 1] = value;
        return all;
    }

    /** What came back. */
    public record Answer(HttpResponse<byte[]> response) {

        public int status() {
            return response.statusCode();
        }

        public byte[] body() {
            return response.body();
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public <T extends IBaseResource> T resource(Class<T> type) {
            return FHIR.newJsonParser().parseResource(type, text());
        }

        /** The diagnostics of the OperationOutcome that the server answered with. */
        public String diagnostics() {
            return resource(OperationOutcome.class).getIssueFirstRep().getDiagnostics();
        }
    }
}
