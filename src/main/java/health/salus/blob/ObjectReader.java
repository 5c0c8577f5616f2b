package health.salus.blob;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.stream.Stream;

/** Gives the plain bytes of objects back, and notices when they are others than were stored. */
@Component
class ObjectReader {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectReader.class);

    private final BlobCatalog catalog;
    private final BlobStore store;
    private final TenantKeys keys;
    private final Object[] learning = Stream.generate(Object::new).limit(64).toArray();

    ObjectReader(BlobCatalog catalog, BlobStore store, TenantKeys keys) {
        this.catalog = catalog;
        this.store = store;
        this.keys = keys;
    }

    /** Opens all of an object. No byte is given that is not the right one. */
    InputStream open(StoredObject object) throws IOException {
        return object.size() == 0 ? openPlain(object) : open(object, new ByteRange(0, object.size()));
    }

    /** Opens some bytes of an object. No byte is given that is not the right one. */
    InputStream open(StoredObject object, ByteRange range) throws IOException {
        ByteRange pieces = PieceDigests.around(range, object.size());
        PieceDigests expected = expected(object, pieces);
        VerifiedPieces verified = new VerifiedPieces(
                openPlain(object, pieces), pieces.length(), expected, () -> quarantine(object.key()));
        try {
            verified.begin();
            verified.skipNBytes(range.offset() - pieces.offset());
            return ExactInputStream.partOf(verified, range.length());
        } catch (IOException | RuntimeException e) {
            verified.close();
            throw e;
        }
    }

    private PieceDigests expected(StoredObject object, ByteRange pieces) throws IOException {
        Optional<PieceDigests> known = catalog.pieces(object, pieces);
        if (known.isPresent()) {
            return known.get();
        }
        // Who asks for many ranges of a long object at once has it read once.
        synchronized (learning[Math.floorMod(object.key().hashCode(), learning.length)]) {
            if (catalog.pieces(object, pieces).isEmpty()) {
                catalog.notePieces(object.key(), learn(object));
            }
        }
        return catalog.pieces(object, pieces).orElseThrow(() -> BlobNotFoundException.of(object.key()));
    }

    /** Reads an object of which only one digest is known, that of all of it. */
    private PieceDigests learn(StoredObject object) throws IOException {
        PieceDigesting pieces = new PieceDigesting();
        InputStream verified = new VerifiedInputStream(
                openPlain(object), object.size(), object.sha256(), () -> quarantine(object.key()));
        try (InputStream content = new DigestingInputStream(verified, pieces::add)) {
            content.transferTo(OutputStream.nullOutputStream());
        }
        return pieces.finish();
    }

    private InputStream openPlain(StoredObject object) throws IOException {
        Optional<ObjectCipher> cipher = cipher(object);
        InputStream stored = ExactInputStream.wholeOf(store.open(object.key()), object.storedSize());
        InputStream encoded = cipher.map(it -> it.decrypt(stored, object.storedSize(), () -> quarantine(object.key())))
                .orElse(stored);
        return object.encoding() == Encoding.IDENTITY
                ? encoded
                : ExactInputStream.wholeOf(object.encoding().decode(encoded), object.size());
    }

    private InputStream openPlain(StoredObject object, ByteRange range) throws IOException {
        if (range.length() == object.size()) {
            return openPlain(object);
        }
        if (object.encoding() != Encoding.IDENTITY) {
            // Compressed bytes can be read from their start only. They are text, which is rarely large.
            return ExactInputStream.partOf(openPlainAt(object, range.offset()), range.length());
        }
        Optional<ObjectCipher> cipher = cipher(object);
        if (cipher.isEmpty()) {
            return store.open(object.key(), range);
        }
        long storedSize = object.storedSize();
        InputStream frames = store.open(object.key(), ObjectCipher.framesOf(range, storedSize));
        return cipher.get().decrypt(frames, range, storedSize, () -> quarantine(object.key()));
    }

    private InputStream openPlainAt(StoredObject object, long offset) throws IOException {
        InputStream plain = openPlain(object);
        try {
            plain.skipNBytes(offset);
            return plain;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private Optional<ObjectCipher> cipher(StoredObject object) {
        return object.keyId().map(it -> keys.cipher(object.key(), it));
    }

    private void quarantine(BlobKey key) {
        LOG.error("Object {} is not what was stored; it is quarantined", key);
        catalog.quarantine(key);
    }
}
