package health.salus.blob;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Gives the plain bytes of objects back, and notices when they are others than were stored. */
@Component
class ObjectReader {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectReader.class);

    // As much as a store sends in the time that it takes to answer at all.
    private static final long READ_WHOLE = 1024 * 1024;

    private final BlobCatalog catalog;
    private final BlobStore store;
    private final TenantKeys keys;

    ObjectReader(BlobCatalog catalog, BlobStore store, TenantKeys keys) {
        this.catalog = catalog;
        this.store = store;
        this.keys = keys;
    }

    /** Opens all of an object, whose last bytes are given only if all of them are the right ones. */
    InputStream open(StoredObject object) throws IOException {
        InputStream stored = ExactInputStream.wholeOf(store.open(object.key()), object.storedSize());
        InputStream encoded = cipher(object)
                .map(it -> it.decrypt(stored, object.storedSize(), () -> quarantine(object.key())))
                .orElse(stored);
        InputStream plain = object.encoding() == Encoding.IDENTITY
                ? encoded
                : ExactInputStream.wholeOf(object.encoding().decode(encoded), object.size());
        return new VerifiedInputStream(plain, object.size(), object.sha256(), () -> quarantine(object.key()));
    }

    /**
     * Opens some bytes of an object. What is not large is read whole for them, since only all of it shows that it is what was
     * stored.
     */
    InputStream open(StoredObject object, ByteRange range) throws IOException {
        if (range.length() == object.size()) {
            return open(object);
        }
        if (object.size() <= READ_WHOLE && object.keyId().isEmpty()) {
            try (InputStream all = open(object)) {
                return new ByteArrayInputStream(all.readAllBytes(), (int) range.offset(), (int) range.length());
            }
        }
        if (object.encoding() == Encoding.IDENTITY) {
            return openPlain(object, range);
        }
        // Compressed bytes can be read from their start only. They are text, which is rarely large.
        InputStream plain = open(object);
        try {
            plain.skipNBytes(range.offset());
            return ExactInputStream.partOf(plain, range.length());
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private InputStream openPlain(StoredObject object, ByteRange range) throws IOException {
        Optional<ObjectCipher> cipher = cipher(object);
        if (cipher.isEmpty()) {
            return store.open(object.key(), range);
        }
        long storedSize = object.storedSize();
        InputStream frames = store.open(object.key(), ObjectCipher.framesOf(range, storedSize));
        return cipher.get().decrypt(frames, range, storedSize, () -> quarantine(object.key()));
    }

    private Optional<ObjectCipher> cipher(StoredObject object) {
        return object.keyId().map(it -> keys.cipher(object.key(), it));
    }

    private void quarantine(BlobKey key) {
        LOG.error("Object {} is not what was stored; it is quarantined", key);
        catalog.quarantine(key);
    }
}
