package health.salus.blob;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps objects: written once, never changed, read in whole or in part.
 *
 * <p>A store knows nothing of who may see an object; that is the catalog's part ({@link Blobs}), and the rest of the
 * server goes through the catalog. Every method throws {@link BlobStoreUnavailableException} within seconds when the store
 * is down, full or refuses our credentials. Stores are safe for use by several threads.
 */
public interface BlobStore {

    /**
     * Stores an object. When this method returns, the object survives a crash of the server and of the store; when it
     * throws, the key holds either nothing or the complete content.
     *
     * @param key     where; must be new
     * @param content what; may be opened more than once
     * @throws BlobExistsException if the key holds an object, which stays as it is
     * @throws IOException         if the content cannot be read, or is shorter or longer than it says
     */
    void put(ObjectKey key, BlobContent content) throws IOException;

    /**
     * Stores an object whose size nobody knows yet, in bounded memory; else like {@link #put(ObjectKey, BlobContent)}.
     *
     * @param content read once, to its end; the caller closes it
     * @return how many bytes the object has
     * @throws BlobExistsException if the key holds an object, which stays as it is
     * @throws IOException         if the content cannot be read to its end
     */
    long put(ObjectKey key, InputStream content) throws IOException;

    /**
     * Opens a whole object. Reading fails with an {@link IOException} where the object cannot be delivered to its end.
     *
     * @throws BlobNotFoundException if there is no such object
     * @throws BlobArchivedException if it has to be restored first
     */
    InputStream open(ObjectKey key);

    /**
     * Opens a part of an object; the stream gives exactly these bytes or fails with an {@link IOException}.
     *
     * @throws BlobNotFoundException if there is no such object
     * @throws BlobRangeException    if the object ends before the range does
     * @throws BlobArchivedException if it has to be restored first
     */
    InputStream open(ObjectKey key, ByteRange range);

    /** What the store itself says of an object; nothing if there is none. */
    Optional<ObjectFacts> inspect(ObjectKey key);

    /**
     * Gives a staged object its final key, inside the store; the staged one may stay or go.
     *
     * @param version of the staged object, as {@link #inspect} told it; another object that has come in its place is not
     *                copied
     * @throws BlobNotFoundException if there is no such object, or no longer this version of it
     * @throws BlobExistsException   if the final key holds an object, which stays as it is
     */
    void accept(StagingKey from, String version, BlobKey to);

    /**
     * Asks for an object to be brought back from the archive, for a while. It returns at once; {@link #inspect} tells when it
     * can be read, which takes minutes to hours. Asking again, or for an object that can be read, does nothing.
     *
     * @throws BlobNotFoundException if there is no such object
     */
    void restore(BlobKey key);

    /** Deletes an object; does nothing if there is none. */
    void delete(ObjectKey key);

    /**
     * Deletes what was begun and never finished: drafts, uploads that nobody adopted. Objects in their final place stay.
     *
     * @param age what is younger stays, too
     * @return how many were deleted
     */
    int discardLeftovers(Duration age);

    /**
     * All objects in their final places, in no particular order, as far as they were there when the reading began. The
     * caller closes the stream, which throws where the store stops answering.
     */
    Stream<ListedObject> list();

    /** The storage class that a new object of this many bytes gets, in the words of S3. */
    String storageClass(long size);

    /** How clients may reach objects without the server in between; nothing if this store is out of their reach. */
    Optional<DirectUrls> directUrls();
}
