package health.salus.blob;

import java.util.Optional;
import java.util.UUID;

/**
 * The bytes of one or more blobs, as they lie in the store.
 *
 * @param size       of the plain bytes
 * @param sha256     of the plain bytes
 * @param sha1       of the plain bytes
 * @param encoding   how the bytes in the store are made of the plain ones
 * @param storedSize how many bytes the store keeps
 * @param storageClass the class in which it keeps them, in the words of S3
 * @param keyId        the key of the tenant with which they are encrypted; nothing if they are not
 */
record StoredObject(
        BlobKey key,
        BlobState state,
        long size,
        Sha256 sha256,
        Sha1 sha1,
        Encoding encoding,
        long storedSize,
        String storageClass,
        Optional<UUID> keyId) {

    static StoredObject of(
            BlobKey key,
            ContentDigests digests,
            Encoding encoding,
            long storedSize,
            String storageClass,
            Optional<UUID> keyId) {
        return new StoredObject(
                key,
                BlobState.STORED,
                digests.size(),
                digests.sha256(),
                digests.sha1(),
                encoding,
                storedSize,
                storageClass,
                keyId);
    }

    /** The same object in another state. */
    StoredObject in(BlobState other) {
        return new StoredObject(key, other, size, sha256, sha1, encoding, storedSize, storageClass, keyId);
    }
}
