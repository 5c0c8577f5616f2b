package health.salus.bulk;

import health.salus.blob.BlobId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The finished files of jobs, {@code salus_bulk_file}. */
@Component
class BulkFiles {

    private static final String SELECT =
            "SELECT number, section, resource_type, blob_id, resources FROM salus_bulk_file";

    private final JdbcClient database;

    BulkFiles(JdbcClient database) {
        this.database = database;
    }

    /** Adds the next file of a job, in the caller's transaction. */
    static void add(JdbcClient transaction, UUID job, BulkFile.Section section, String type, BlobId blob, long count) {
        transaction
                .sql("""
                        INSERT INTO salus_bulk_file (job_id, number, section, resource_type, blob_id, resources)
                        VALUES (:job, (SELECT coalesce(max(number), 0) + 1 FROM salus_bulk_file WHERE job_id = :job),
                                :section, :type, :blob, :count)
                        """)
                .param("job", job)
                .param("section", section.name())
                .param("type", type)
                .param("blob", blob.value())
                .param("count", count)
                .update();
    }

    /** The files of a job whose numbers are greater, in their order. */
    List<BulkFile> list(UUID job, int after, int most) {
        return database.sql(SELECT + " WHERE job_id = :job AND number > :after ORDER BY number LIMIT :most")
                .param("job", job)
                .param("after", after)
                .param("most", most)
                .query((row, index) -> file(row))
                .list();
    }

    Optional<BulkFile> find(UUID job, int number) {
        return database.sql(SELECT + " WHERE job_id = :job AND number = :number")
                .param("job", job)
                .param("number", number)
                .query((row, index) -> file(row))
                .optional();
    }

    /** How many resources the files of a job hold so far. */
    long resources(UUID job) {
        return database.sql("SELECT coalesce(sum(resources), 0) FROM salus_bulk_file WHERE job_id = :job")
                .param("job", job)
                .query(Long.class)
                .single();
    }

    private static BulkFile file(ResultSet row) throws SQLException {
        return new BulkFile(
                row.getInt("number"),
                BulkFile.Section.valueOf(row.getString("section")),
                row.getString("resource_type"),
                new BlobId(row.getObject("blob_id", UUID.class)),
                row.getLong("resources"));
    }
}
