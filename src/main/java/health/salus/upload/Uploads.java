package health.salus.upload;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PayloadTooLargeException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import health.salus.blob.BlobMismatchException;
import health.salus.blob.BlobNotFoundException;
import health.salus.blob.ContentRefusedException;
import health.salus.blob.DirectUrl;
import health.salus.blob.StagedContent;
import health.salus.blob.Staging;
import health.salus.blob.StagingKey;
import health.salus.blob.StoredBlob;
import health.salus.blob.UploadedPart;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Says where a client puts an upload, and takes it from there. */
@Component
class Uploads {

    private static final int MOST_PARTS = 10_000;

    private final UploadSessions sessions;
    private final Staging staging;
    private final TransferAddresses addresses;
    private final UploadSettings settings;

    Uploads(UploadSessions sessions, Staging staging, TransferAddresses addresses, UploadSettings settings) {
        this.sessions = sessions;
        this.staging = staging;
        this.addresses = addresses;
        this.settings = settings;
    }

    /** Notes an upload and signs the address, or those of its parts. */
    Parameters start(TenantId tenant, String caller, StagedContent content, Optional<String> context) {
        if (content.size() > settings.maxSize().toBytes()) {
            throw new PayloadTooLargeException(
                    "An upload has " + settings.maxSize().toBytes() + " bytes at most (salus.upload.max-size)");
        }
        UploadSession session = new UploadSession(
                UUID.randomUUID(),
                StagingKey.random(tenant),
                content,
                context,
                Optional.empty(),
                Instant.now().plus(settings.completeWithin()),
                Optional.empty());
        // The row comes first: whatever reaches the store, the sweep knows of it.
        sessions.add(session, caller);
        Parameters answer = inParts(session).orElseGet(() -> UploadAnswers.of(whole(session)));
        answer.addParameter()
                .setName("upload")
                .setValue(new StringType(session.id().toString()));
        return answer;
    }

    /**
     * Makes a blob of what was uploaded. It can be repeated, and makes another blob of the same bytes then.
     *
     * @throws UnclassifiedServerFailureException 409 if nothing was uploaded yet
     * @throws BlobMismatchException              if it is something else than announced; it is deleted, so that the client
     *                                            can upload again
     * @throws ContentRefusedException            if it must not be stored; it is deleted, too
     */
    StoredBlob adopt(UploadSession session, List<UploadedPart> parts) {
        try {
            return staging.adopt(session.key(), session.content());
        } catch (BlobNotFoundException e) {
            return adoptParts(session, parts);
        } catch (BlobMismatchException | ContentRefusedException e) {
            staging.discard(session.key());
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private StoredBlob adoptParts(UploadSession session, List<UploadedPart> parts) {
        if (session.parts().isEmpty()) {
            throw new UnclassifiedServerFailureException(
                    HttpStatus.CONFLICT.value(), "Nothing has been uploaded to the address yet");
        }
        if (parts.isEmpty()) {
            throw new InvalidRequestException(
                    "Name each part with its number and the etag that the store has answered");
        }
        staging.completeParts(session.key(), session.parts().get(), parts);
        try {
            return staging.adopt(session.key(), session.content());
        } catch (BlobMismatchException | ContentRefusedException e) {
            staging.discard(session.key());
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DirectUrl.Signed whole(UploadSession session) {
        return staging.uploadUrl(session.key(), session.content(), settings.lifetime())
                        instanceof DirectUrl.Signed signed
                ? signed
                : addresses.upload(session, settings.lifetime());
    }

    private Optional<Parameters> inParts(UploadSession session) {
        long size = session.content().size();
        if (size <= settings.partsAbove().toBytes()) {
            return Optional.empty();
        }
        return staging.beginParts(session.key(), session.content()).map(parts -> {
            sessions.notePartsOf(session.id(), parts);
            long partSize = Math.max(settings.partSize().toBytes(), size / MOST_PARTS + 1);
            Parameters answer = new Parameters();
            for (int number = 1; (number - 1) * partSize < size; number++) {
                long length = Math.min(partSize, size - (number - 1) * partSize);
                answer.addParameter(UploadAnswers.part(number, length, part(session, parts, number, length)));
            }
            return answer;
        });
    }

    private DirectUrl.Signed part(UploadSession session, String parts, int number, long size) {
        return (DirectUrl.Signed) staging.partUrl(session.key(), parts, number, size, settings.lifetime());
    }
}
