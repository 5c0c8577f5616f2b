package health.salus.fhir;

import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.blob.Blobs;
import health.salus.blob.ByteRange;
import health.salus.blob.StoredBlob;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.hl7.fhir.r4.model.Binary;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRange;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.ServletWebRequest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Writes a binary as HTTP: the bytes with their own content type, whole or in part (RFC 9110, 13 and 14), or a FHIR
 * {@code Binary} when the client asks for one (https://hl7.org/fhir/R4/binary.html#rest).
 */
@Component
class BinaryResponse {

    private final Blobs blobs;
    private final FhirSettings settings;

    BinaryResponse(Blobs blobs, FhirSettings settings) {
        this.blobs = blobs;
        this.settings = settings;
    }

    void write(ReadableBinary binary, ServletRequestDetails request) throws IOException {
        Optional<EncodingEnum> encoding = encoding(request);
        if (encoding.isPresent()) {
            writeResource(binary, encoding.get(), request);
        } else {
            writeBytes(binary.blob(), request.getServletRequest(), request.getServletResponse());
        }
    }

    private void writeResource(ReadableBinary binary, EncodingEnum encoding, ServletRequestDetails request)
            throws IOException {
        if (binary.blob().size() > settings.maxInlineBinary().toBytes()) {
            throw new UnclassifiedServerFailureException(
                    HttpStatus.NOT_ACCEPTABLE.value(),
                    "This Binary is too large for JSON or XML; ask for its own type with 'Accept: "
                            + binary.blob().contentType() + "'");
        }
        Binary resource = binary.resource();
        try (InputStream content = blobs.open(binary.blob())) {
            resource.setData(content.readAllBytes());
        }
        HttpServletResponse response = request.getServletResponse();
        response.setContentType(encoding.getResourceContentTypeNonLegacy());
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        encoding.newParser(request.getFhirContext()).encodeResourceToWriter(resource, response.getWriter());
    }

    private void writeBytes(StoredBlob blob, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String etag = "\"" + blob.sha256().hex() + "\"";
        protect(response);
        response.setHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
        if (new ServletWebRequest(request, response).checkNotModified(etag)) {
            return;
        }
        List<HttpRange> ranges = ranges(request, etag);
        if (ranges == null || ranges.stream().anyMatch(range -> range.getRangeStart(blob.size()) >= blob.size())) {
            response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + blob.size());
            response.setStatus(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE.value());
            return;
        }
        response.setContentType(blob.contentType());
        // Several ranges may be answered by the whole; hardly any client asks for them.
        if (ranges.size() == 1) {
            writeRange(blob, ranges.get(0), request, response);
        } else {
            writeAll(blob, request, response);
        }
    }

    private void writeRange(StoredBlob blob, HttpRange range, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ByteRange bytes = ByteRange.inclusive(range.getRangeStart(blob.size()), range.getRangeEnd(blob.size()));
        response.setStatus(HttpStatus.PARTIAL_CONTENT.value());
        response.setHeader(
                HttpHeaders.CONTENT_RANGE, "bytes " + bytes.offset() + "-" + bytes.last() + "/" + blob.size());
        response.setContentLengthLong(bytes.length());
        if (!isHead(request)) {
            try (InputStream content = blobs.open(blob, bytes)) {
                content.transferTo(response.getOutputStream());
            }
        }
    }

    private void writeAll(StoredBlob blob, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setContentLengthLong(blob.size());
        if (!isHead(request)) {
            try (InputStream content = blobs.open(blob)) {
                content.transferTo(response.getOutputStream());
            }
        }
    }

    /** The ranges asked for: none if the whole is wanted, null if they cannot be understood. */
    private static @Nullable List<HttpRange> ranges(HttpServletRequest request, String etag) {
        String ifRange = request.getHeader(HttpHeaders.IF_RANGE);
        if (ifRange != null && !ifRange.equals(etag)) {
            return List.of();
        }
        try {
            return HttpRange.parseRanges(request.getHeader(HttpHeaders.RANGE));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    // An attachment can be HTML or SVG that somebody sent in; a browser must not run it as a page of this server.
    private static void protect(HttpServletResponse response) {
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
    }

    private static boolean isHead(HttpServletRequest request) {
        return request.getMethod().equals("HEAD");
    }

    /** The FHIR format that the client asks for; nothing if it wants the bytes as they are. */
    private static Optional<EncodingEnum> encoding(ServletRequestDetails request) {
        String[] format = request.getParameters().get(Constants.PARAM_FORMAT);
        if (format != null && format.length > 0) {
            return Optional.ofNullable(EncodingEnum.forContentType(format[0]));
        }
        return Optional.ofNullable(request.getHeader(HttpHeaders.ACCEPT)).map(EncodingEnum::forContentTypeStrict);
    }
}
