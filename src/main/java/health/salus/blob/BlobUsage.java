package health.salus.blob;

import jakarta.annotation.PreDestroy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Counts who is asked for what: reads of each blob, requests and bytes of each tenant. It counts in memory and writes once a
 * minute, so that no read waits for a write; a killed server loses the counts of its last minute.
 */
@Component
class BlobUsage {

    private static final Logger LOG = LoggerFactory.getLogger(BlobUsage.class);

    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private Map<BlobId, Reads> reads = new HashMap<>();
    private Map<Key, Sum> requests = new HashMap<>();

    BlobUsage(JdbcClient database, PlatformTransactionManager transactions) {
        this.database = database;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Somebody reads a blob, or a part of it. */
    synchronized void read(StoredBlob blob, long bytes) {
        reads.merge(blob.id(), new Reads(1, Instant.now()), Reads::plus);
        add("READ", blob.object(), bytes);
    }

    /** The scanner reads an object: the store bills it, though nobody has asked for a blob. */
    synchronized void readForScan(StoredObject object) {
        add("READ", object, object.storedSize());
    }

    /** Somebody has stored an object. */
    synchronized void written(StoredObject object) {
        add("WRITE", object, object.storedSize());
    }

    /** Writes what was counted; if the database does not take it now, it is counted on and written the next time. */
    @Scheduled(fixedDelay = 1, initialDelay = 1, timeUnit = TimeUnit.MINUTES)
    @PreDestroy
    void flush() {
        Map<BlobId, Reads> readsNow;
        Map<Key, Sum> requestsNow;
        synchronized (this) {
            readsNow = reads;
            requestsNow = requests;
            reads = new HashMap<>();
            requests = new HashMap<>();
        }
        try {
            transaction.executeWithoutResult(status -> write(readsNow, requestsNow));
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("The counts of this minute could not be written yet", e);
            takeBack(readsNow, requestsNow);
        }
    }

    private void add(String operation, StoredObject object, long bytes) {
        Key key = new Key(object.key().tenant().value(), operation, object.storageClass());
        requests.merge(key, new Sum(1, bytes), Sum::plus);
    }

    private synchronized void takeBack(Map<BlobId, Reads> readsThen, Map<Key, Sum> requestsThen) {
        readsThen.forEach((id, count) -> reads.merge(id, count, Reads::plus));
        requestsThen.forEach((key, sum) -> requests.merge(key, sum, Sum::plus));
    }

    private void write(Map<BlobId, Reads> readsNow, Map<Key, Sum> requestsNow) {
        // In one order, so that two servers that count the same blobs never wait for each other in a circle.
        List<BlobId> blobs = readsNow.keySet().stream()
                .sorted(Comparator.comparing(BlobId::toString))
                .toList();
        blobs.forEach(id -> write(id, readsNow.getOrDefault(id, Reads.NONE)));
        requestsNow.entrySet().stream()
                .sorted(Comparator.comparing(it -> it.getKey().toString()))
                .forEach(it -> write(it.getKey(), it.getValue()));
    }

    private void write(BlobId id, Reads count) {
        database.sql("""
                        UPDATE salus_blob SET read_count = read_count + :count, last_read_at = greatest(last_read_at, :last)
                         WHERE id = :id
                        """)
                .param("count", count.count())
                .param("last", OffsetDateTime.ofInstant(count.last(), ZoneOffset.UTC))
                .param("id", id.value())
                .update();
    }

    private void write(Key key, Sum sum) {
        database.sql("""
                        INSERT INTO salus_blob_usage AS usage (tenant_id, day, operation, storage_class, requests, bytes)
                        VALUES (:tenant, current_date, :operation, :class, :requests, :bytes)
                        ON CONFLICT (tenant_id, day, operation, storage_class) DO UPDATE
                           SET requests = usage.requests + excluded.requests, bytes = usage.bytes + excluded.bytes
                        """)
                .param("tenant", key.tenant())
                .param("operation", key.operation())
                .param("class", key.storageClass())
                .param("requests", sum.requests())
                .param("bytes", sum.bytes())
                .update();
    }

    private record Key(String tenant, String operation, String storageClass) {}

    private record Sum(long requests, long bytes) {

        Sum plus(Sum other) {
            return new Sum(requests + other.requests, bytes + other.bytes);
        }
    }

    private record Reads(long count, Instant last) {

        static final Reads NONE = new Reads(0, Instant.EPOCH);

        Reads plus(Reads other) {
            return new Reads(count + other.count, last.isAfter(other.last) ? last : other.last);
        }
    }
}
