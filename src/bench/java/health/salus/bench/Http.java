package health.salus.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * One client of a FHIR base. It blocks and does as little as it can, because it shares the processors with the server that
 * is measured.
 *
 * @param base  without a slash at its end
 * @param token sent with each request unless it is empty; stock HAPI does not look at it
 */
record Http(String base, String token) {

    record Answer(int status, byte[] body) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    Answer get(String path) throws IOException {
        return send("GET", path, null);
    }

    /** Sends a request and reads the whole answer, as a client does. */
    Answer send(String method, String path, byte[] body) throws IOException {
        URI address = URI.create(path.startsWith("http") ? path : base + path);
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setReadTimeout(600_000);
        if (!token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        connection.setRequestProperty("Accept", "application/fhir+json");
        if (body != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/fhir+json");
            connection.setFixedLengthStreamingMode(body.length);
            connection.getOutputStream().write(body);
        }
        int status = connection.getResponseCode();
        try (InputStream answer = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, answer == null ? new byte[0] : answer.readAllBytes());
        }
    }
}
