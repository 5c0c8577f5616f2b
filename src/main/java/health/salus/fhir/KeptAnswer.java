package health.salus.fhir;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.util.DigestUtils;
import org.springframework.web.util.ContentCachingResponseWrapper;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * An answer that can be given again.
 *
 * @param body    its bytes
 * @param headers those that belong to the answer and not to the request it was made for
 * @param etag    entity tag, with its quotes
 * @param version what it was made from
 * @param born    {@link System#nanoTime()} at which it was made
 */
@SuppressWarnings("ArrayRecordComponent")
record KeptAnswer(byte[] body, Map<String, String> headers, String etag, Object version, long born) {

    // Profiles that clients store come into the statement without a sign; HAPI, too, lets it grow this old.
    private static final Duration LIFETIME = Duration.ofMinutes(1);

    static KeptAnswer of(ContentCachingResponseWrapper answer, Set<String> otherHeaders, Object version) {
        byte[] body = answer.getContentAsByteArray();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(HttpHeaders.CONTENT_TYPE, answer.getContentType());
        answer.getHeaderNames().stream()
                .filter(name -> !otherHeaders.contains(name))
                .forEach(name -> headers.put(name, answer.getHeader(name)));
        String etag = "W/\"" + DigestUtils.md5DigestAsHex(body) + '"';
        return new KeptAnswer(body, headers, etag, version, System.nanoTime());
    }

    /** Tells whether it would still be answered so. */
    boolean isCurrent(Object now) {
        return version == now && System.nanoTime() - born < LIFETIME.toNanos();
    }

    /** Gives the answer, or 304 to a client that has it. */
    void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
        headers.forEach(response::setHeader);
        response.setHeader(HttpHeaders.ETAG, etag);
        String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        if (known != null && (known.contains(etag) || known.equals("*"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
