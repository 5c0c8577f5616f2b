package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.blob.Blobs;
import health.salus.blob.ContentTypes;
import health.salus.blob.StoredBlob;
import health.salus.tenant.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.InputStream;

/** Takes a request body that is content in its own type, and no FHIR, into the blob store, a piece at a time. */
@Component
class RawContent {

    private final Blobs blobs;
    private final ContentTypes types;
    private final FhirSettings settings;

    RawContent(Blobs blobs, ContentTypes types, FhirSettings settings) {
        this.blobs = blobs;
        this.types = types;
        this.settings = settings;
    }

    /**
     * Stores the body. Nothing of the body has been read before, and nothing is left of it after.
     *
     * @param category the type of the resource that will hold it
     * @throws health.salus.blob.ContentRefusedException if it has a type that is not allowed, or is of another
     * @throws ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException if it is larger than the setting
     * @throws UnclassifiedServerFailureException 415 without a content type
     * @throws InvalidRequestException if the client breaks off; nothing is stored then
     */
    StoredBlob store(ServletRequestDetails request, String category) {
        HttpServletRequest servletRequest = request.getServletRequest();
        String contentType = servletRequest.getContentType();
        if (contentType == null) {
            throw new UnclassifiedServerFailureException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE.value(), "Say with 'Content-Type' what the content is");
        }
        RequestLimitFilter.allow(servletRequest, settings.maxRawBinary().toBytes());
        try (InputStream body = servletRequest.getInputStream()) {
            TenantId tenant = TenantId.orDefault(request.getTenantId());
            InputStream checked = types.require(tenant, category, contentType, body);
            StoredBlob blob = blobs.store(tenant, contentType, checked);
            // Whoever asks the request for its content must not find the stream at its end.
            request.setRequestContents(new byte[0]);
            return blob;
        } catch (IllegalArgumentException e) {
            throw new UnprocessableEntityException("Content-Type has to be a MIME type of 1 to 255 ASCII characters");
        } catch (IOException e) {
            throw new InvalidRequestException("The content could not be read to its end");
        }
    }
}
