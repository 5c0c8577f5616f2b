package health.salus.blob;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Passes everything on to another store; who extends it does some of it in another way. */
abstract class ForwardingStore implements BlobStore {

    final BlobStore store;

    ForwardingStore(BlobStore store) {
        this.store = store;
    }

    @Override
    public void put(ObjectKey key, BlobContent content) throws IOException {
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
