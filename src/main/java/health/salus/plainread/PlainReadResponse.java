package health.salus.plainread;

import ca.uhn.fhir.util.DateUtils;
import health.salus.fhir.PlainRead;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.security.web.header.HeaderWriter;
import org.springframework.security.web.header.writers.CacheControlHeadersWriter;
import org.springframework.security.web.header.writers.CompositeHeaderWriter;
import org.springframework.security.web.header.writers.HstsHeaderWriter;
import org.springframework.security.web.header.writers.XContentTypeOptionsHeaderWriter;
import org.springframework.security.web.header.writers.XXssProtectionHeaderWriter;
import org.springframework.security.web.header.writers.frameoptions.XFrameOptionsHeaderWriter;
import org.springframework.security.web.header.writers.frameoptions.XFrameOptionsHeaderWriter.XFrameOptionsMode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Writes an answer with the headers that Spring Security and HAPI give to a read. */
final class PlainReadResponse {

    private static final List<String> VARIES = List.of(
            HttpHeaders.ORIGIN, HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);

    private final HeaderWriter security = new CompositeHeaderWriter(List.of(
            new XContentTypeOptionsHeaderWriter(),
            new XXssProtectionHeaderWriter(),
            new CacheControlHeadersWriter(),
            new HstsHeaderWriter(),
            new XFrameOptionsHeaderWriter(XFrameOptionsMode.DENY)));

    void write(PlainRead read, HttpServletRequest request, HttpServletResponse response) throws IOException {
        security.writeHeaders(request, response);
        VARIES.forEach(it -> response.addHeader(HttpHeaders.VARY, it));
        response.setHeader(HttpHeaders.CONTENT_LOCATION, read.address());
        response.setHeader(HttpHeaders.ETAG, "W/\"" + read.version() + '"');
        response.setHeader(HttpHeaders.LAST_MODIFIED, DateUtils.formatDate(read.updated()));
        response.setContentType("application/fhir+json;charset=UTF-8");
        byte[] body = read.json().getBytes(StandardCharsets.UTF_8);
        if (acceptsGzip(request)) {
            response.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            body = compressed(body);
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    // With a weight, as HAPI has it, the word is another one: gzip;q=0 is no consent.
    private static boolean acceptsGzip(HttpServletRequest request) {
        String encodings = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        return encodings != null
                && List.of(encodings.strip().split("\\s*,\\s*", -1)).contains("gzip");
    }

    private static byte[] compressed(byte[] body) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 2);
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        }
        return compressed.toByteArray();
    }
}
