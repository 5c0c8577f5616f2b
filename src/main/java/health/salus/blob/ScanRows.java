package health.salus.blob;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.List;

/** The rows of objects that wait for the scanner. */
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

    /** Lets an object be read. */
    void release(BlobKey key, boolean scanned) {
        database.sql("""
                        UPDATE salus_blob_object SET state = 'STORED', scanned_at = CASE WHEN :scanned THEN now() END
                         WHERE object_key = :key AND state = 'UNSCANNED'
                        """).param("scanned", scanned).param("key", key.value()).update();
    }

    void infect(BlobKey key) {
        database.sql("UPDATE salus_blob_object SET state = 'INFECTED' WHERE object_key = :key AND state = 'UNSCANNED'")
                .param("key", key.value())
                .update();
    }
}
