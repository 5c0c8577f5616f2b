package health.salus.blob;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.InputStream;

/** Gives the plain bytes of objects back, and notices when they are others than were stored. */
@Component
class ObjectReader {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectReader.class);

    private final BlobCatalog catalog;
    private final BlobStore store;

    ObjectReader(BlobCatalog catalog, BlobStore store) {
        this.catalog = catalog;
        this.store = store;
    }

    /** Opens all of an object, whose last bytes are given only if all of them are the right ones. */
    InputStream open(StoredObject object) throws IOException {
        InputStream stored = ExactInputStream.wholeOf(store.open(object.key()), object.storedSize());
        InputStream plain = object.encoding() == Encoding.IDENTITY
                ? stored
                : ExactInputStream.wholeOf(object.encoding().decode(stored), object.size());
        return new VerifiedInputStream(plain, object.size(), object.sha256(), () -> quarantine(object.key()));
    }

    /** Opens some bytes of an object. */
    InputStream open(StoredObject object, ByteRange range) throws IOException {
        if (object.encoding() == Encoding.IDENTITY) {
            return store.open(object.key(), range);
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

    private void quarantine(BlobKey key) {
        LOG.error("Object {} is not what was stored; it is quarantined", key);
        catalog.quarantine(key);
    }
}
