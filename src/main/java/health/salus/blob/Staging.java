package health.salus.blob;

import health.salus.scan.ContentScanner;
import health.salus.scan.ScanVerdict;
import health.salus.scan.TooLargeToScanException;
import health.salus.scan.WatchedInputStream;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Uploads that clients send to the store themselves: where they go, and how a checked one becomes a blob. */
@Component
public class Staging {

    /** The most that a client may put in one upload or copy that S3 does in one step, 5 GB. */
    public static final long MAX_SIZE = 5L * 1024 * 1024 * 1024;

    // What an upload becomes, whatever else will hold it.
    private static final String CATEGORY = "Binary";
    private static final String OUT_OF_REACH = "The store cannot be reached from outside";

    private final BlobCatalog catalog;
    private final BlobIntake intake;
    private final BlobStore store;
    private final ContentTypes types;
    private final ContentScanner scanner;
    private final TenantKeys keys;

    Staging(
            BlobCatalog catalog,
            BlobIntake intake,
            BlobStore store,
            ContentTypes types,
            ContentScanner scanner,
            TenantKeys keys) {
        this.catalog = catalog;
        this.intake = intake;
        this.store = store;
        this.types = types;
        this.scanner = scanner;
        this.keys = keys;
    }

    /**
     * Signs an address to which a client puts just this content, once.
     *
     * @throws IllegalArgumentException if the content is larger than {@link #MAX_SIZE}
     * @throws ContentRefusedException  if its type is not allowed
     */
    public DirectUrl uploadUrl(StagingKey key, StagedContent content, Duration lifetime) {
        requireAcceptable(key, content);
        if (keys.encrypts(key.tenant())) {
            return new DirectUrl.NotPresignable("The server encrypts it before it reaches the store");
        }
        return store.directUrls()
                .<DirectUrl>map(it -> it.upload(key, content, lifetime))
                .orElseGet(() -> new DirectUrl.NotPresignable(OUT_OF_REACH));
    }

    /**
     * Begins an upload in parts and returns the store's name for it; nothing if the store cannot be reached from outside.
     *
     * @throws ContentRefusedException if its type is not allowed
     */
    public Optional<String> beginParts(StagingKey key, StagedContent content) {
        requireAcceptable(key, content);
        return keys.encrypts(key.tenant())
                ? Optional.empty()
                : store.directUrls().map(it -> it.beginParts(key, content.contentType()));
    }

    /**
     * Signs an address to which a client puts one part of an upload.
     *
     * @param number from 1 to 10 000
     * @param size   of the part in bytes, at least 5 MB unless it is the last
     */
    public DirectUrl partUrl(StagingKey key, String uploadId, int number, long size, Duration lifetime) {
        return store.directUrls()
                .<DirectUrl>map(it -> it.uploadPart(key, uploadId, number, size, lifetime))
                .orElseGet(() -> new DirectUrl.NotPresignable(OUT_OF_REACH));
    }

    /**
     * Joins the parts of an upload in the order of their numbers.
     *
     * @throws BlobMismatchException if a part is missing, too small or not the one that the tag says
     */
    public void completeParts(StagingKey key, String uploadId, List<UploadedPart> parts) {
        store.directUrls().ifPresent(it -> it.completeParts(key, uploadId, parts));
    }

    /** Gives up an upload in parts and frees its space; does nothing if there is none. */
    public void abortParts(StagingKey key, String uploadId) {
        store.directUrls().ifPresent(it -> it.abortParts(key, uploadId));
    }

    /**
     * Takes an upload that comes through the server, because the store cannot be reached from outside.
     *
     * @param content read once, to its end
     * @param size    how many bytes it must have
     * @throws BlobExistsException if there was an upload with this key before; it stays as it is
     * @throws IOException         if the content cannot be read, or is shorter or longer
     */
    public void receive(StagingKey key, InputStream content, long size) throws IOException {
        InputStream exact = ExactInputStream.wholeOf(content, size);
        store.put(key, keys.forNew(key).map(it -> it.encrypt(exact)).orElse(exact));
    }

    /**
     * Makes a blob of an upload, if it is what was announced. The upload may be adopted once more: whoever retries after a
     * crash gets another blob with the same bytes in the store. It is gone after {@link #discard}.
     *
     * @throws BlobNotFoundException         if nothing was uploaded
     * @throws BlobMismatchException         if size or hash are not the announced ones; the message is for the client
     * @throws ContentRefusedException       if it does not look like the announced type, or like one that is not allowed, or
     *                                       the scanner has found something in it
     * @throws BlobStoreUnavailableException if the store does not answer
     * @throws IOException                   if the upload could not be read to its end
     */
    public StoredBlob adopt(StagingKey key, StagedContent announced) throws IOException {
        ObjectFacts facts = store.inspect(key).orElseThrow(() -> BlobNotFoundException.of(key));
        Optional<ObjectCipher> cipher = keys.forNew(key);
        if (cipher.isPresent()) {
            return adopt(key, announced, facts.size(), cipher.get());
        }
        if (facts.size() != announced.size()) {
            throw BlobMismatchException.of("The upload has another size than announced");
        }
        Inspection found = inspect(key, announced);
        if (!found.digests().sha256().equals(announced.sha256())) {
            throw BlobMismatchException.of("The upload has another SHA-256 than announced");
        }
        BlobKey target = catalog.announce(key.tenant());
        store.accept(key, facts.version(), target);
        return intake.admit(
                intake.plain(target, found.digests()),
                found.digests().pieces(),
                announced.contentType(),
                found.verdict());
    }

    /** Opens what was uploaded, to look into it before it is adopted. */
    public InputStream open(StagingKey key) {
        return store.open(key);
    }

    /** Deletes an upload; does nothing if there is none. */
    public void discard(StagingKey key) {
        store.delete(key);
    }

    /** What was encrypted for its staging key is encrypted anew for its final one, and checked on the way. */
    private StoredBlob adopt(StagingKey key, StagedContent announced, long stagedSize, ObjectCipher cipher)
            throws IOException {
        if (ObjectCipher.plainSize(stagedSize) != announced.size()) {
            throw BlobMismatchException.of("The upload has another size than announced");
        }
        try (InputStream staged = ExactInputStream.wholeOf(store.open(key), stagedSize)) {
            InputStream plain = cipher.decrypt(staged, stagedSize, Staging::refuse);
            InputStream verified =
                    new VerifiedInputStream(plain, announced.size(), announced.sha256(), Staging::refuse);
            return intake.store(
                    key.tenant(),
                    announced.contentType(),
                    types.require(key.tenant(), CATEGORY, announced.contentType(), verified));
        }
    }

    private static void refuse() {
        throw BlobMismatchException.of("The upload has another SHA-256 than announced");
    }

    /** Reads an upload once, and finds out all that there is to know of it. */
    private Inspection inspect(StagingKey key, StagedContent announced) throws IOException {
        Digesting digesting = new Digesting();
        try (InputStream content = ExactInputStream.wholeOf(store.open(key), announced.size());
                // Outermost, because what the types give back closes what it has read to its end.
                WatchedInputStream watched = scanner.watch(types.require(
                        key.tenant(),
                        CATEGORY,
                        announced.contentType(),
                        new DigestingInputStream(content, digesting)))) {
            watched.transferTo(OutputStream.nullOutputStream());
            return new Inspection(digesting.finish(), watched.verdict());
        } catch (TooLargeToScanException e) {
            throw ContentRefusedException.of(e.getMessage());
        }
    }

    private record Inspection(ContentDigests digests, ScanVerdict verdict) {}

    private void requireAcceptable(StagingKey key, StagedContent content) {
        types.require(key.tenant(), CATEGORY, content.contentType());
        if (content.size() > MAX_SIZE) {
            throw new IllegalArgumentException("An upload has 5 GB at most");
        }
    }
}
