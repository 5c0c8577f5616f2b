package health.salus.blob;

import java.io.IOException;
import java.io.InputStream;

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
    void put(BlobKey key, BlobContent content) throws IOException;

    /**
     * Opens a whole object. Reading fails with an {@link IOException} where the object cannot be delivered to its end.
     *
     * @throws BlobNotFoundException if there is no such object
     */
    InputStream open(BlobKey key);

    /**
     * Opens a part of an object; the stream gives exactly these bytes or fails with an {@link IOException}.
     *
     * @throws BlobNotFoundException if there is no such object
     * @throws BlobRangeException    if the object ends before the range does
     */
    InputStream open(BlobKey key, ByteRange range);

    /** Deletes an object; does nothing if there is none. */
    void delete(BlobKey key);
}
