package health.salus.upload;

import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.blob.Blobs;
import health.salus.blob.DirectUrl;
import health.salus.blob.StoredBlob;
import health.salus.fhir.BinaryAccess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.util.Objects;

/** Gives out addresses at which a file can be fetched without a token. */
@Component
class Downloads {

    private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);

    private final BinaryAccess access;
    private final Blobs blobs;
    private final TransferAddresses addresses;
    private final UploadSettings settings;

    Downloads(BinaryAccess access, Blobs blobs, TransferAddresses addresses, UploadSettings settings) {
        this.access = access;
        this.blobs = blobs;
        this.addresses = addresses;
        this.settings = settings;
    }

    /** The store's own address, or ours where the store cannot be reached or keeps the bytes in another form. */
    DirectUrl.Signed address(ServletRequestDetails request) {
        StoredBlob blob = access.blob(request)
                .orElseThrow(() -> new ResourceNotFoundException(Objects.requireNonNull(request.getId())));
        DirectUrl.Signed address = blobs.downloadUrl(blob, settings.lifetime()) instanceof DirectUrl.Signed signed
                ? signed
                : addresses.download(blob.tenant(), blob.id().value(), blob.size(), settings.lifetime());
        // What is fetched with it leaves no other trace of who it was given to.
        LOG.info("Gave out an address for blob {} of tenant {} until {}", blob.id(), blob.tenant(), address.expires());
        return address;
    }
}
