package health.salus.blob;

import health.salus.scan.ContentScanner;
import health.salus.scan.ScanVerdict;
import health.salus.scan.TooLargeToScanException;
import health.salus.scan.WatchedInputStream;
import health.salus.tenant.TenantId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Brings content into the store and names it: one reading, in which it is digested, scanned, compressed and
 * encrypted.
 */
@Component
class BlobIntake {

    private static final Logger LOG = LoggerFactory.getLogger(BlobIntake.class);

    private final BlobCatalog catalog;
    private final BlobStore store;
    private final BlobUsage usage;
    private final ContentScanner scanner;
    private final TenantKeys keys;

    BlobIntake(BlobCatalog catalog, BlobStore store, BlobUsage usage, ContentScanner scanner, TenantKeys keys) {
        this.catalog = catalog;
        this.store = store;
        this.usage = usage;
        this.scanner = scanner;
        this.keys = keys;
    }

    /** Stores content as {@link Blobs#store(TenantId, String, BlobContent)} says. */
    StoredBlob store(TenantId tenant, String contentType, BlobContent content) throws IOException {
        StoredBlob.requireContentType(contentType);
        if (Encoding.of(contentType) == Encoding.IDENTITY && !scanner.isOn() && !keys.encrypts(tenant)) {
            BlobKey key = catalog.announce(tenant);
            HashedContent hashed = new HashedContent(content);
            store.put(key, hashed);
            return name(plain(key, hashed.digests()), hashed.digests().pieces(), contentType, false);
        }
        try (InputStream stream = ExactInputStream.wholeOf(content.open(), content.size())) {
            return store(tenant, contentType, stream);
        }
    }

    /** Stores content as {@link Blobs#store(TenantId, String, InputStream)} says. */
    StoredBlob store(TenantId tenant, String contentType, InputStream content) throws IOException {
        StoredBlob.requireContentType(contentType);
        Encoding encoding = Encoding.of(contentType);
        BlobKey key = catalog.announce(tenant);
        Optional<ObjectCipher> cipher = keys.forNew(key);
        Digesting digesting = new Digesting();
        try (WatchedInputStream watched = scanner.watch(new DigestingInputStream(content, digesting))) {
            InputStream encoded = encoding.encode(watched);
            long storedSize =
                    store.put(key, cipher.map(it -> it.encrypt(encoded)).orElse(encoded));
            ContentDigests digests = digesting.finish();
            StoredObject arrived = StoredObject.of(
                    key,
                    digests,
                    encoding,
                    storedSize,
                    store.storageClass(storedSize),
                    cipher.map(ObjectCipher::keyId));
            return admit(arrived, digests.pieces(), contentType, watched.verdict());
        } catch (TooLargeToScanException e) {
            throw ContentRefusedException.of(e.getMessage());
        }
    }

    /** Whether a scanner looks into what comes in. */
    boolean isScanning() {
        return scanner.isOn();
    }

    /** Scans content that is kept elsewhere, as {@link Blobs#requireClean} says. */
    void requireClean(byte[] content) {
        try (WatchedInputStream watched = scanner.watch(new ByteArrayInputStream(content))) {
            watched.transferTo(OutputStream.nullOutputStream());
            ScanVerdict verdict = watched.verdict();
            switch (verdict.result()) {
                case INFECTED -> throw infected(verdict.detail());
                case UNKNOWN -> throw new ScannerUnavailableException(verdict.detail());
                case CLEAN, SKIPPED -> {}
            }
        } catch (TooLargeToScanException e) {
            throw ContentRefusedException.of(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("Memory can be read", e);
        }
    }

    /** What is known of an object that has just arrived as it is. */
    StoredObject plain(BlobKey key, ContentDigests digests) {
        return StoredObject.of(
                key, digests, Encoding.IDENTITY, digests.size(), store.storageClass(digests.size()), Optional.empty());
    }

    /**
     * Gives an object that has arrived its name, unless the scanner is against it. If the scanner did not answer, the object is
     * kept, and nobody reads it before {@link PendingScans} has asked again.
     *
     * @throws ContentRefusedException if it is infected; it is deleted
     */
    StoredBlob admit(StoredObject arrived, PieceDigests pieces, String contentType, ScanVerdict verdict) {
        return switch (verdict.result()) {
            case CLEAN -> name(arrived, pieces, contentType, true);
            case SKIPPED -> name(arrived, pieces, contentType, false);
            case UNKNOWN -> {
                LOG.warn("Object {} is kept unread until it is scanned: {}", arrived.key(), verdict.detail());
                yield name(arrived.in(BlobState.UNSCANNED), pieces, contentType, false);
            }
            case INFECTED -> throw infected(arrived, verdict.detail());
        };
    }

    private ContentRefusedException infected(StoredObject arrived, String finding) {
        LOG.warn("Refused content of tenant {}: infected by {}", arrived.key().tenant(), finding);
        // The same bytes may have come when nobody looked, or when nobody knew.
        catalog.infect(arrived);
        discard(arrived.key());
        return infected(finding);
    }

    private static ContentRefusedException infected(String finding) {
        return ContentRefusedException.of("A scanner has found a virus in the content: " + finding);
    }

    /** Names an object; if its bytes were there before, the second copy goes at once. */
    private StoredBlob name(StoredObject arrived, PieceDigests pieces, String contentType, boolean scanned) {
        StoredBlob blob = catalog.name(arrived, pieces, contentType, scanned);
        usage.written(arrived);
        if (!blob.object().key().equals(arrived.key())) {
            discard(arrived.key());
        }
        return blob;
    }

    /** Nobody knows this object. What cannot be deleted now, the sweep deletes. */
    private void discard(BlobKey key) {
        try {
            store.delete(key);
            catalog.forget(key);
        } catch (BlobStoreUnavailableException e) {
            LOG.warn("Object {} is of no use and could not be deleted yet", key, e);
        }
    }
}
