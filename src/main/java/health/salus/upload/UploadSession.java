package health.salus.upload;

import health.salus.blob.BlobId;
import health.salus.blob.StagedContent;
import health.salus.blob.StagingKey;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An upload that a client has announced.
 *
 * @param id              random
 * @param key             where the client puts it, with the tenant
 * @param content         what it has to be
 * @param securityContext the reference that {@code Binary.securityContext} will be
 * @param parts           the store's name for an upload in parts
 * @param completeBefore  after this it is given up
 * @param blob            what became of it, once it is completed
 */
record UploadSession(
        UUID id,
        StagingKey key,
        StagedContent content,
        Optional<String> securityContext,
        Optional<String> parts,
        Instant completeBefore,
        Optional<BlobId> blob) {}
