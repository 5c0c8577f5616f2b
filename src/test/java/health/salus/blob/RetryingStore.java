package health.salus.blob;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** A store that reads half of the content, then all of it, and then all of it once more, as a network store may. */
class RetryingStore implements BlobStore {

    private final BlobStore store;

    RetryingStore(BlobStore store) {
        this.store = store;
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

    @Override
    public long put(ObjectKey key, InputStream content) throws IOException {
        return store.put(key, content);
    }

    @Override
    public Optional<ObjectFacts> inspect(ObjectKey key) {
        return store.inspect(key);
    }

    @Override
    public void accept(StagingKey from, String version, BlobKey to) {
        store.accept(from, version, to);
    }

    @Override
    public void restore(BlobKey key) {
        store.restore(key);
    }

    @Override
    public int discardLeftovers(Duration age) {
        return store.discardLeftovers(age);
    }

    @Override
    public Stream<ListedObject> list() {
        return store.list();
    }

    @Override
    public String storageClass(long size) {
        return store.storageClass(size);
    }

    @Override
    public Optional<DirectUrls> directUrls() {
        return store.directUrls();
    }

    @Override
    public InputStream open(ObjectKey key) {
        return store.open(key);
    }

    @Override
    public InputStream open(ObjectKey key, ByteRange range) {
        return store.open(key, range);
    }

    @Override
    public void delete(ObjectKey key) {
        store.delete(key);
    }
}
