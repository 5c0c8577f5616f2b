package health.salus.blob;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The rows of objects that wait for the scanner, and of those that came before it. */
@Component
class ScanRows {

    private static final int BATCH = 100;

    private final JdbcClient database;

    ScanRows(JdbcClient database) {
        this.database = database;
    }

    /** Some of them, others each time, so that one that cannot be scanned holds nobody up. */
    List<StoredObject> unscanned() {
        return database.sql(
                        BlobCatalog.SELECT_OBJECT + " WHERE object.state = 'UNSCANNED' ORDER BY random() LIMIT :batch")
                .param("batch", BATCH)
                .query((row, number) -> BlobCatalog.storedObject(row))
                .list();
    }

    long waiting() {
        return database.sql("SELECT count(*) FROM salus_blob_object WHERE state = 'UNSCANNED'")
                .query(Long.class)
                .single();
    }

    /**
     * Takes the newest object that no scanner has seen, if there is one: until the pause is over, nobody gets it again, whether
     * on this server or another.
     *
     * @param maxSize larger ones are left
     */
    Optional<StoredObject> claimUnseen(long maxSize, Duration pause) {
        return database.sql("""
                        UPDATE salus_blob_object object SET scan_after = now() + make_interval(secs => :pause)
                         WHERE object_key = (
                               SELECT object_key FROM salus_blob_object
                                WHERE state = 'STORED' AND scanned_at IS NULL AND size <= :maxSize
                                  AND (scan_after IS NULL OR scan_after < now())
                                ORDER BY stored_at DESC LIMIT 1
                                  FOR NO KEY UPDATE SKIP LOCKED)
                        """ + " RETURNING " + BlobCatalog.OBJECT_COLUMNS)
                .param("maxSize", maxSize)
                .param("pause", pause.toSeconds())
                .query((row, number) -> BlobCatalog.storedObject(row))
                .optional();
    }

    /** How many objects no scanner has seen; how many of them are too large for it. */
    Unseen unseen(long maxSize) {
        return database.sql("""
                        SELECT count(*) FILTER (WHERE size <= :maxSize) AS waiting,
                               count(*) FILTER (WHERE size > :maxSize) AS too_large
                          FROM salus_blob_object WHERE state = 'STORED' AND scanned_at IS NULL
                        """)
                .param("maxSize", maxSize)
                .query((row, number) -> new Unseen(row.getLong("waiting"), row.getLong("too_large")))
                .single();
    }

    /** Lets an object be read. */
    void release(BlobKey key, boolean scanned) {
        database.sql("""
                        UPDATE salus_blob_object
                           SET state = CASE state WHEN 'UNSCANNED' THEN 'STORED' ELSE state END,
                               scanned_at = CASE WHEN :scanned THEN now() END
                         WHERE object_key = :key AND state IN ('UNSCANNED', 'STORED', 'ARCHIVED', 'RESTORING')
                        """).param("scanned", scanned).param("key", key.value()).update();
    }

    record Unseen(long waiting, long tooLarge) {}
}
