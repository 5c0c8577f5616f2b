package health.salus.blob;

/** Thrown when a store is asked for an object that lies in its archive, where it cannot be read before it is restored. */
public final class BlobArchivedException extends RuntimeException {

    private BlobArchivedException(ObjectKey key) {
        super("Object " + key + " lies in an archive");
    }

    static BlobArchivedException of(ObjectKey key) {
        return new BlobArchivedException(key);
    }
}
