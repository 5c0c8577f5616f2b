package health.salus.blob;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;

import javax.sql.DataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares the catalog and the store, both ways. It notes in the catalog which objects are missing, so that nobody is
 * promised their bytes, and takes the note back when they are there again; apart from that it changes nothing.
 *
 * <p>It reads the whole listing of the store and compares in the database, so it takes the memory of one batch only.
 */
@Component
class Reconciliation {

    private static final int BATCH = 1000;

    private final DataSource source;
    private final BlobStore store;

    Reconciliation(DataSource source, BlobStore store) {
        this.source = source;
        this.store = store;
    }

    /** Compares while the server may go on working: what changes meanwhile is looked at once more before it is reported. */
    ReconciliationReport run() throws SQLException {
        try (Connection connection = source.getConnection()) {
            // One connection, because the listing lives in a temporary table.
            JdbcClient database = JdbcClient.create(new SingleConnectionDataSource(connection, true));
            database.sql("CREATE TEMP TABLE listed (name text NOT NULL, size bigint NOT NULL)")
                    .update();
            try {
                database.sql(
                                "CREATE TEMP TABLE expected AS SELECT object_key, stored_size, state FROM salus_blob_object "
                                        + "WHERE state NOT IN ('PENDING', 'CONDEMNED')")
                        .update();
                long objects = readListing(database);
                return compare(database, objects);
            } finally {
                database.sql("DROP TABLE IF EXISTS listed, expected").update();
            }
        }
    }

    private long readListing(JdbcClient database) {
        long count = 0;
        try (Stream<ListedObject> objects = store.list()) {
            List<ListedObject> batch = new ArrayList<>(BATCH);
            for (Iterator<ListedObject> all = objects.iterator(); all.hasNext(); ) {
                batch.add(all.next());
                if (batch.size() == BATCH || !all.hasNext()) {
                    insert(database, batch);
                    count += batch.size();
                    batch.clear();
                }
            }
        }
        database.sql("CREATE INDEX ON listed (name)").update();
        database.sql("ANALYZE listed").update();
        return count;
    }

    private static void insert(JdbcClient database, List<ListedObject> batch) {
        database.sql("INSERT INTO listed VALUES " + String.join(",", Collections.nCopies(batch.size(), "(?, ?)")))
                .params(batch.stream()
                        .flatMap(it -> Stream.<Object>of(it.name(), it.size()))
                        .toList())
                .update();
    }

    private ReconciliationReport compare(JdbcClient database, long objects) {
        List<String> missing = keys(database, """
                        SELECT object_key FROM expected
                         WHERE NOT EXISTS (SELECT FROM listed WHERE name = object_key)
                        """).stream().filter(this::isGone).toList();
        List<String> damaged = keys(database, """
                        SELECT object_key FROM expected JOIN listed ON name = object_key WHERE size <> stored_size
                        """);
        List<String> unknown =
                keys(database, """
                        SELECT name FROM listed
                         WHERE NOT EXISTS (SELECT FROM salus_blob_object WHERE object_key = name)
                        """).stream().filter(it -> !isGone(it)).toList();
        List<String> found = keys(database, """
                        SELECT object_key FROM expected JOIN listed ON name = object_key
                         WHERE state = 'MISSING' AND size = stored_size
                        """);
        mark(database, missing, "STORED", "MISSING");
        mark(database, damaged, "STORED", "MISSING");
        mark(database, found, "MISSING", "STORED");
        return new ReconciliationReport(objects, missing, damaged, unknown, found);
    }

    private static List<String> keys(JdbcClient database, String query) {
        return database.sql(query + " ORDER BY 1").query(String.class).list();
    }

    /** The catalog and the listing are from two moments; only what is still so is worth a word. */
    private boolean isGone(String name) {
        try {
            return store.inspect(BlobKey.parse(name)).isEmpty();
        } catch (IllegalArgumentException e) {
            // Not a name of ours; the listing is all there is to know.
            return false;
        }
    }

    private static void mark(JdbcClient database, List<String> keys, String from, String to) {
        keys.forEach(key -> database.sql(
                        "UPDATE salus_blob_object SET state = :to WHERE object_key = :key AND state = :from")
                .param("key", key)
                .param("from", from)
                .param("to", to)
                .update());
    }
}
