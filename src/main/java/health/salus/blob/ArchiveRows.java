package health.salus.blob;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.time.ZoneOffset;
import java.util.List;

/** The rows of objects that lie in an archive, are on their way back, or are here for a while. */
@Component
class ArchiveRows {

    private static final String READABLE_OR_NOT =
            " WHERE object_key = :key AND state IN ('STORED', 'ARCHIVED', 'RESTORING')";

    private final JdbcClient database;

    ArchiveRows(JdbcClient database) {
        this.database = database;
    }

    void noteWanted(BlobKey key) {
        database.sql("UPDATE salus_blob_object SET state = 'RESTORING', restored_until = NULL" + READABLE_OR_NOT)
                .param("key", key.value())
                .update();
    }

    void noteReadable(BlobKey key, Availability availability) {
        database.sql("UPDATE salus_blob_object SET state = 'STORED', restored_until = :until" + READABLE_OR_NOT)
                .param(
                        "until",
                        availability
                                .until()
                                .map(it -> it.atOffset(ZoneOffset.UTC))
                                .orElse(null))
                .param("key", key.value())
                .update();
    }

    void noteArchived(BlobKey key) {
        database.sql("UPDATE salus_blob_object SET state = 'ARCHIVED', restored_until = NULL" + READABLE_OR_NOT)
                .param("key", key.value())
                .update();
    }

    void noteMissing(BlobKey key) {
        database.sql("UPDATE salus_blob_object SET state = 'MISSING', restored_until = NULL" + READABLE_OR_NOT)
                .param("key", key.value())
                .update();
    }

    List<BlobKey> wanted() {
        return keys("state = 'RESTORING'");
    }

    /** Restored copies whose time is over. */
    List<BlobKey> expired() {
        return keys("state = 'STORED' AND restored_until < now()");
    }

    private List<BlobKey> keys(String condition) {
        return database
                .sql("SELECT object_key FROM salus_blob_object WHERE " + condition)
                .query(String.class)
                .list()
                .stream()
                .map(BlobKey::parse)
                .toList();
    }
}
