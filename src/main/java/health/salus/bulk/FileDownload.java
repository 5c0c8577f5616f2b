package health.salus.bulk;

import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.blob.Blobs;
import health.salus.blob.StoredBlob;
import health.salus.fhir.BinaryResponse;
import health.salus.fhir.OverloadInterceptor;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Sends the files of jobs. */
@Component
class FileDownload {

    private static final int BUFFER = 64 * 1024;

    private final BulkFiles files;
    private final JobAccess access;
    private final Blobs blobs;
    private final BinaryResponse response;
    private final OverloadInterceptor overload;

    FileDownload(
            BulkFiles files, JobAccess access, Blobs blobs, BinaryResponse response, OverloadInterceptor overload) {
        this.files = files;
        this.access = access;
        this.blobs = blobs;
        this.response = response;
        this.overload = overload;
    }

    /** Sends a file of a finished job; 404 if there is none, 403 if the token does not open its type now. */
    void send(BulkJob job, int number, ServletRequestDetails request) throws IOException {
        BulkFile file = files.find(job.id(), number).orElseThrow(FileDownload::unknown);
        if (job.kind() == BulkJob.Kind.EXPORT && file.section() == BulkFile.Section.OUTPUT) {
            access.requireRight(job, file.type(), request);
        } else {
            access.requireRights(job, request);
        }
        StoredBlob blob = blobs.find(job.owner().tenant(), file.blob()).orElseThrow(FileDownload::unknown);
        // A slow download keeps nobody out.
        overload.end(request);
        if (wantsGzip(request.getServletRequest())) {
            sendZipped(blob, request.getServletResponse());
        } else {
            response.write(blob, request.getServletRequest(), request.getServletResponse());
        }
    }

    private void sendZipped(StoredBlob blob, HttpServletResponse answer) throws IOException {
        // Opened before the first header is set: if the store fails, the answer is an OperationOutcome.
        try (InputStream content = blobs.open(blob)) {
            answer.setContentType(blob.contentType());
            answer.setHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            answer.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
            answer.setHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
            OutputStream zipped = new GZIPOutputStream(answer.getOutputStream(), BUFFER) {
                {
                    def.setLevel(Deflater.BEST_SPEED);
                }
            };
            content.transferTo(zipped);
            zipped.close();
        }
    }

    // A part of the file is a part of its own bytes, so whoever asks for one gets them as they are.
    private static boolean wantsGzip(HttpServletRequest request) {
        String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        return accepted != null
                && accepted.matches("(?i)(.*,)?\\s*(x-)?gzip\\s*(;\\s*q=(1|0\\.[0-9]*[1-9]).*)?(,.*)?")
                && request.getHeader(HttpHeaders.RANGE) == null
                && !request.getMethod().equals("HEAD");
    }

    private static ResourceNotFoundException unknown() {
        return new ResourceNotFoundException("There is no such file");
    }
}
