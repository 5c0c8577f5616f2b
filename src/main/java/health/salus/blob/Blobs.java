package health.salus.blob;

import health.salus.tenant.TenantId;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The blobs of all tenants: stores and opens them, and knows which resources hold them. Every question names the tenant
 * that asks, and what belongs to another is not there.
 *
 * <p>Equal bytes of one tenant lie in the store once, whatever the number of blobs that have them.
 */
@Component
public class Blobs {

    private final BlobCatalog catalog;
    private final BlobReferences references;
    private final BlobIntake intake;
    private final ObjectReader reader;
    private final BlobStore store;
    private final BlobUsage usage;

    Blobs(
            BlobCatalog catalog,
            BlobReferences references,
            BlobIntake intake,
            ObjectReader reader,
            BlobStore store,
            BlobUsage usage) {
        this.catalog = catalog;
        this.references = references;
        this.intake = intake;
        this.reader = reader;
        this.store = store;
        this.usage = usage;
    }

    /**
     * Stores content as a new blob. When this method returns, the blob survives a crash; when it throws, at most a pending
     * row is left, which no one can see.
     *
     * <p>Call it before the transaction that refers to the blob begins. It commits on its own, so that a rolled back and
     * retried transaction finds the blob again, and inside another transaction it would need a second connection while the
     * store takes its time.
     *
     * @param contentType 1 to 255 printable ASCII characters; text is compressed in the store, which nobody notices
     * @param content     read once, or more often if the store must retry
     * @throws IllegalArgumentException      if the content type is anything else
     * @throws ContentRefusedException       if the scanner has found something in it
     * @throws BlobStoreUnavailableException if the store cannot take it now
     * @throws IOException                   if the content cannot be read, or is shorter or longer than it says
     */
    public StoredBlob store(TenantId tenant, String contentType, BlobContent content) throws IOException {
        return intake.store(tenant, contentType, content);
    }

    /**
     * Stores content whose size nobody knows yet, in bounded memory; else like
     * {@link #store(TenantId, String, BlobContent)}. To limit its size, pass a stream that fails at the limit: what fails
     * to be read is not stored.
     *
     * @param content read once, to its end; the caller closes it
     * @throws IOException if the content cannot be read to its end
     */
    public StoredBlob store(TenantId tenant, String contentType, InputStream content) throws IOException {
        return intake.store(tenant, contentType, content);
    }

    /**
     * Whether a scanner looks into what is stored. Then content should lie here and nowhere else: what a later scan finds can
     * be kept from being read only here.
     */
    public boolean areScanned() {
        return intake.isScanning();
    }

    /**
     * Scans content that has to be kept elsewhere; does nothing where there is no scanner.
     *
     * @throws ContentRefusedException     if something was found in it, or it is too large for the scanner
     * @throws ScannerUnavailableException if the scanner does not answer
     */
    public void requireClean(byte[] content) {
        intake.requireClean(content);
    }

    /** Finds a blob of this tenant whose bytes have arrived in the store; its state says whether they can be read now. */
    public Optional<StoredBlob> find(TenantId tenant, BlobId id) {
        return catalog.find(tenant, id);
    }

    /** All blobs that some version of a resource holds; none if this tenant has no such resource. */
    public List<StoredBlob> heldBy(TenantId tenant, String resourceType, String resourceId) {
        return catalog.heldBy(tenant, resourceType, resourceId);
    }

    /**
     * Opens all bytes of a blob. Reading fails with an {@link IOException} where the store delivers others than were stored,
     * before any of them is given; the blob is quarantined then.
     *
     * @throws BlobNotFoundException         if the store has lost the object
     * @throws BlobUnreadableException       if the bytes are kept but nobody may or can read them now
     * @throws BlobStoreUnavailableException if the store cannot give it now
     */
    public InputStream open(StoredBlob blob) throws IOException {
        requireReadable(blob);
        try {
            InputStream plain = reader.open(blob.object());
            usage.read(blob, blob.object().storedSize());
            return plain;
        } catch (BlobArchivedException e) {
            throw archived(blob);
        }
    }

    /**
     * Does nothing for a blob that can be opened, as far as is known here.
     *
     * @throws BlobNotFoundException   if the store has lost the object
     * @throws BlobUnreadableException if the bytes are kept but nobody may or can read them now
     */
    public void requireReadable(StoredBlob blob) {
        if (blob.state() == BlobState.MISSING) {
            throw BlobNotFoundException.of(blob.id());
        }
        if (blob.state() != BlobState.STORED) {
            throw BlobUnreadableException.of(blob.id(), blob.state());
        }
    }

    /**
     * Opens some bytes of a blob, in the same way.
     *
     * @param range inside the blob's size
     * @throws IllegalArgumentException      if the range goes beyond it
     * @throws BlobNotFoundException         if the store has lost the object
     * @throws BlobUnreadableException       if the bytes are kept but nobody may or can read them now
     * @throws BlobRangeException            if the object in the store is shorter than it was
     * @throws BlobStoreUnavailableException if the store cannot give it now
     * @throws IOException                   if the bytes before the range cannot be read
     */
    public InputStream open(StoredBlob blob, ByteRange range) throws IOException {
        if (!range.fits(blob.size())) {
            throw new IllegalArgumentException("Blob " + blob.id() + " ends before byte " + range.last());
        }
        requireReadable(blob);
        try {
            InputStream part = reader.open(blob.object(), range);
            usage.read(blob, range.length());
            return part;
        } catch (BlobArchivedException e) {
            throw archived(blob);
        }
    }

    private BlobUnreadableException archived(StoredBlob blob) {
        catalog.archive(blob.object().key());
        return BlobUnreadableException.of(blob.id(), BlobState.ARCHIVED);
    }

    /**
     * Signs an address at which a client reads a blob's bytes from the store itself. Who gets it must have been checked
     * before, and that it was given should be recorded: the store knows nothing of who reads.
     *
     * @throws BlobNotFoundException   if the store has lost the object
     * @throws BlobUnreadableException if the bytes are kept but nobody may or can read them now
     */
    public DirectUrl downloadUrl(StoredBlob blob, Duration lifetime) {
        requireReadable(blob);
        if (blob.object().encoding() != Encoding.IDENTITY) {
            return new DirectUrl.NotPresignable("It is compressed in the store");
        }
        if (blob.object().keyId().isPresent()) {
            return new DirectUrl.NotPresignable("It is encrypted in the store");
        }
        requireAtOnce(blob);
        return store.directUrls()
                .<DirectUrl>map(it -> {
                    // Whether the address is used, and how often, nobody tells us.
                    usage.read(blob, blob.object().storedSize());
                    return it.download(blob.object().key(), blob.contentType(), lifetime);
                })
                .orElseGet(() -> new DirectUrl.NotPresignable("The store cannot be reached from outside"));
    }

    /** The store moves what is not in its first class on its own, and a client would learn of it from the store only. */
    private void requireAtOnce(StoredBlob blob) {
        boolean archived = !blob.object().storageClass().equals("STANDARD")
                && store.inspect(blob.object().key())
                        .filter(it -> it.availability().state() != BlobState.STORED)
                        .isPresent();
        if (archived) {
            throw archived(blob);
        }
    }

    /**
     * Notes that a version of a resource holds a blob, in the caller's transaction: the note stands or falls with the
     * resource. Noting it twice is noting it once.
     *
     * @throws BlobNotFoundException if this tenant has no such blob
     * @throws org.springframework.transaction.IllegalTransactionStateException if there is no transaction
     */
    public void refer(TenantId tenant, BlobId id, BlobOwner owner) {
        if (!references.add(tenant, id, owner)) {
            throw BlobNotFoundException.of(id);
        }
    }

    /** The versions of resources that hold a blob; none if this tenant has no such blob. */
    public Set<BlobOwner> owners(TenantId tenant, BlobId id) {
        return references.owners(tenant, id);
    }
}
