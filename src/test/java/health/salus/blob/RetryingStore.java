package health.salus.blob;

import java.io.IOException;
import java.io.InputStream;

/** A store that reads half of the content, then all of it, and then all of it once more, as a network store may. */
class RetryingStore extends ForwardingStore {

    RetryingStore(BlobStore store) {
        super(store);
    }

    @Override
    public void put(ObjectKey key, BlobContent content) throws IOException {
        try (InputStream half = content.open()) {
            half.readNBytes((int) content.size() / 2);
        }
        try (InputStream all = content.open()) {
            all.readAllBytes();
        }
        store.put(key, content);
    }
}
