package health.salus.blob;

import java.io.IOException;
import java.io.InputStream;

/** A store that reads half of the content, then all of it, and then all of it once more, as a network store may. */
class RetryingStore implements BlobStore {

    private final BlobStore store;

    RetryingStore(BlobStore store) {
        this.store = store;
    }

    @Override
    public void put(BlobKey key, BlobContent content) throws IOException {
        try (InputStream half = content.open()) {
            half.readNBytes((int) content.size() / 2);
        }
        try (InputStream all = content.open()) {
            all.readAllBytes();
        }
        store.put(key, content);
    }

    @Override
    public InputStream open(BlobKey key) {
        return store.open(key);
    }

    @Override
    public InputStream open(BlobKey key, ByteRange range) {
        return store.open(key, range);
    }

    @Override
    public void delete(BlobKey key) {
        store.delete(key);
    }
}
