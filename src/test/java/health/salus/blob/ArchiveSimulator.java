package health.salus.blob;

import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A store with an archive, which no S3 server for tests has: what is put into it comes back some time after it was asked for. */
public final class ArchiveSimulator extends ForwardingStore {

    // When an archived object can be read; far ahead as long as nobody has asked for it.
    private final Map<String, Instant> readable = new ConcurrentHashMap<>();
    private final Map<String, Instant> gone = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Duration restoreTime = Duration.ofDays(1);
    private volatile Duration keep = Duration.ofDays(1);

    public ArchiveSimulator(BlobStore store) {
        super(store);
    }

    /** Moves an object to the archive. */
    public void archive(BlobKey key) {
        readable.put(key.value(), Instant.MAX);
        gone.remove(key.value());
    }

    /** How long a restore takes that is asked for from now on, and how long the copy stays then. */
    public void restoreIn(Duration time, Duration stay) {
        restoreTime = time;
        keep = stay;
    }

    /** How many restores were begun. */
    public int requests() {
        return requests.get();
    }

    @Override
    public void restore(BlobKey key) {
        if (availability(key).state() == BlobState.ARCHIVED) {
            requests.incrementAndGet();
            readable.put(key.value(), Instant.now().plus(restoreTime));
            gone.put(key.value(), Instant.now().plus(restoreTime).plus(keep));
        }
    }

    @Override
    public InputStream open(ObjectKey key) {
        requireReadable(key);
        return store.open(key);
    }

    @Override
    public InputStream open(ObjectKey key, ByteRange range) {
        requireReadable(key);
        return store.open(key, range);
    }

    @Override
    public Optional<ObjectFacts> inspect(ObjectKey key) {
        return store.inspect(key).map(it -> new ObjectFacts(it.size(), it.version(), availability(key)));
    }

    private void requireReadable(ObjectKey key) {
        if (availability(key).state() != BlobState.STORED) {
            throw BlobArchivedException.of(key);
        }
    }

    private Availability availability(ObjectKey key) {
        Instant ready = readable.get(key.value());
        if (ready == null) {
            return Availability.AT_ONCE;
        }
        Instant end = gone.getOrDefault(key.value(), Instant.MAX);
        if (ready.equals(Instant.MAX) || Instant.now().isAfter(end)) {
            readable.put(key.value(), Instant.MAX);
            return Availability.ARCHIVED;
        }
        return Instant.now().isBefore(ready) ? Availability.RESTORING : Availability.until(end);
    }
}
