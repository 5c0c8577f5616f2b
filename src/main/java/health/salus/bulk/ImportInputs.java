package health.salus.bulk;

import health.salus.blob.BlobId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The files of imports and how far each was taken in, {@code salus_bulk_input}. */
@Component
class ImportInputs {

    private static final String SELECT =
            "SELECT number, resource_type, url, blob_id, fetched, position, lines, done FROM salus_bulk_input";

    private final JdbcClient database;

    ImportInputs(JdbcClient database) {
        this.database = database;
    }

    /** Adds the inputs of a job, in the caller's transaction. */
    void add(UUID job, List<ImportInput> inputs) {
        for (ImportInput input : inputs) {
            database.sql("""
                            INSERT INTO salus_bulk_input (job_id, number, resource_type, url, blob_id)
                            VALUES (:job, :number, :type, :url, :blob)
                            """)
                    .param("job", job)
                    .param("number", input.number())
                    .param("type", input.type())
                    .param("url", input.url())
                    .param("blob", input.blob().map(BlobId::value).orElse(null))
                    .update();
        }
    }

    List<ImportInput> list(UUID job) {
        return database.sql(SELECT + " WHERE job_id = :job ORDER BY number")
                .param("job", job)
                .query((row, index) -> input(row))
                .list();
    }

    /** Notes where the bytes of an input are that were fetched. */
    void fetched(UUID job, ImportInput input, BlobId blob) {
        database.sql("""
                        UPDATE salus_bulk_input SET blob_id = :blob, fetched = true
                         WHERE job_id = :job AND number = :number AND blob_id IS NULL
                        """)
                .param("blob", blob.value())
                .param("job", job)
                .param("number", input.number())
                .update();
    }

    /**
     * Notes that everything up to a place has been dealt with, in the transaction that does so.
     *
     * @param from the place up to which that was the case before
     * @throws JobCancelled if nobody wants the job any more, or another worker is at it
     */
    void advance(UUID job, int number, ImportPlace from, ImportPlace to) {
        int changed = database.sql("""
                        WITH wanted AS (
                            UPDATE salus_bulk_job SET attempts = 0 WHERE id = :job AND state = 'RUNNING' RETURNING id)
                        UPDATE salus_bulk_input SET position = :position, lines = :lines
                          FROM wanted
                         WHERE job_id = wanted.id AND number = :number AND position = :from
                        """)
                .param("job", job)
                .param("number", number)
                .param("position", to.position())
                .param("lines", to.lines())
                .param("from", from.position())
                .update();
        if (changed != 1) {
            throw new JobCancelled();
        }
    }

    void finished(UUID job, int number) {
        database.sql("UPDATE salus_bulk_input SET done = true WHERE job_id = :job AND number = :number")
                .param("job", job)
                .param("number", number)
                .update();
    }

    /** How many lines of a job have been dealt with. */
    long lines(UUID job) {
        return database.sql("SELECT coalesce(sum(lines), 0) FROM salus_bulk_input WHERE job_id = :job")
                .param("job", job)
                .query(Long.class)
                .single();
    }

    private static ImportInput input(ResultSet row) throws SQLException {
        return new ImportInput(
                row.getInt("number"),
                row.getString("resource_type"),
                row.getString("url"),
                Optional.ofNullable(row.getObject("blob_id", UUID.class)).map(BlobId::new),
                row.getBoolean("fetched"),
                row.getLong("position"),
                row.getLong("lines"),
                row.getBoolean("done"));
    }
}
