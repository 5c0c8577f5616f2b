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
import org.hl7.fhir.r4.model.Base64BinaryType;
import org.hl7.fhir.r4.model.Binary;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Writes a binary as HTTP: the bytes with their own content type, whole or in part (RFC 9110, 13 and 14), or a FHIR
 * {@code Binary} when the client asks for one (https://hl7.org/fhir/R4/binary.html#rest).
 */
@Component
public class BinaryResponse {

    private static final int PIECE = 64 * 1024;
    // A header must not carry whatever a reference may.
    private static final Pattern CONTEXT = Pattern.compile("[A-Za-z]{1,64}/[A-Za-z0-9.-]{1,64}");

    private final Blobs blobs;
    private final FhirSettings settings;

    BinaryResponse(Blobs blobs, FhirSettings settings) {
        this.blobs = blobs;
        this.settings = settings;
    }

    /**
     * Writes the bytes of a blob, whole or the part that the request asks for, with the headers that keep a browser from
     * running them. Whether the caller may have them, somebody else has checked.
     */
    public void write(StoredBlob blob, HttpServletRequest request, HttpServletResponse response) throws IOException {
        writeBytes(ReadableBytes.of(blob, blobs), request, response);
    }

    void write(ReadableBinary binary, ServletRequestDetails request) throws IOException {
        Optional<EncodingEnum> encoding = encoding(request);
        if (encoding.isPresent()) {
            writeResource(binary, encoding.get(), request);
        } else {
            writeContext(binary.resource(), request.getServletResponse());
            write(binary.blob(), request.getServletRequest(), request.getServletResponse());
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
            // In the place of the element with the server's own extension, which a client could not send back.
            resource.setDataElement(new Base64BinaryType(content.readAllBytes()));
        }
        HttpServletResponse response = request.getServletResponse();
        response.setContentType(encoding.getResourceContentTypeNonLegacy());
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        encoding.newParser(request.getFhirContext()).encodeResourceToWriter(resource, response.getWriter());
    }

    /** Writes the bytes with their own content type, whole or the part that is asked for; or that the client has them. */
    void writeBytes(ReadableBytes bytes, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String etag = "\"" + bytes.sha256() + "\"";
        if (isCurrent(request.getHeader(HttpHeaders.IF_NONE_MATCH), etag)) {
            response.setHeader(HttpHeaders.ETAG, etag);
            response.setStatus(HttpStatus.NOT_MODIFIED.value());
            return;
        }
        RequestedRange range = RequestedRange.of(request, etag, bytes.size());
        if (range.isUnsatisfiable()) {
            response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + bytes.size());
            response.setStatus(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE.value());
            return;
        }
        // Opened before the first header is set: if the store fails, the answer is an OperationOutcome and looks like
        // one.
        try (InputStream content = open(bytes, range, request)) {
            describe(bytes, etag, range, response);
            copy(content, response.getOutputStream());
        }
    }

    // In pieces of a size with which neither the store's connection nor the client's is asked more often than it helps.
    private static void copy(InputStream content, OutputStream out) throws IOException {
        byte[] buffer = new byte[PIECE];
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            out.write(buffer, 0, count);
        }
    }

    private static InputStream open(ReadableBytes bytes, RequestedRange range, HttpServletRequest request)
            throws IOException {
        if (request.getMethod().equals("HEAD")) {
            bytes.requireReadable();
            return InputStream.nullInputStream();
        }
        Optional<ByteRange> part = range.bytes();
        return part.isPresent() ? bytes.open(part.get()) : bytes.open();
    }

    private static void describe(ReadableBytes bytes, String etag, RequestedRange range, HttpServletResponse response) {
        protect(response);
        response.setHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
        response.setHeader(HttpHeaders.ETAG, etag);
        response.setContentType(bytes.contentType());
        response.setContentLengthLong(range.bytes().map(ByteRange::length).orElse(bytes.size()));
        range.bytes().ifPresent(part -> {
            response.setStatus(HttpStatus.PARTIAL_CONTENT.value());
            response.setHeader(
                    HttpHeaders.CONTENT_RANGE, "bytes " + part.offset() + "-" + part.last() + "/" + bytes.size());
        });
    }

    /** Tells which resource decides about the bytes, as https://hl7.org/fhir/R4/binary.html#security-context has it. */
    private static void writeContext(Binary binary, HttpServletResponse response) {
        String context = binary.getSecurityContext().getReference();
        if (context != null && CONTEXT.matcher(context).matches()) {
            response.setHeader(Constants.HEADER_X_SECURITY_CONTEXT, context);
        }
    }

    private static boolean isCurrent(@Nullable String ifNoneMatch, String etag) {
        return ifNoneMatch != null
                && Arrays.stream(ifNoneMatch.split(","))
                        .map(String::strip)
                        .anyMatch(tag -> tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag));
    }

    // An attachment can be HTML or SVG that somebody sent in; a browser must not run it as a page of this server.
    private static void protect(HttpServletResponse response) {
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
    }

    /** The FHIR format that the client asks for; nothing if it wants the bytes as they are. */
    private static Optional<EncodingEnum> encoding(ServletRequestDetails request) {
        String[] format = request.getParameters().get(Constants.PARAM_FORMAT);
        if (format != null && format.length > 0) {
            return Optional.ofNullable(EncodingEnum.forContentType(format[0]));
        }
        return Optional.ofNullable(request.getHeader(HttpHeaders.ACCEPT))
                .map(EncodingEnum::forContentTypeStrict)
                .filter(encoding -> encoding != EncodingEnum.NDJSON);
    }
}
