package health.salus.bulk;

import health.salus.blob.BlobId;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** How far an export is, written by the worker that has its lock, step by step. */
final class ExportProgress {

    private final LockedJob job;
    private final JdbcClient database;
    private final UUID id;

    ExportProgress(LockedJob job) {
        this.job = job;
        this.database = job.database();
        this.id = job.id();
    }

    /** Notes the time and the types of an export that begins. */
    void begin(Instant time, ExportOrder order) throws SQLException {
        job.inTransaction(() -> {
            database.sql("UPDATE salus_bulk_job SET transaction_time = :time WHERE id = :id")
                    .param("time", Timestamp.from(time))
                    .param("id", id)
                    .update();
            int number = 0;
            for (String type : order.types()) {
                if (!order.isAssociated(type)) {
                    addPart(++number, type, BulkFile.Section.OUTPUT);
                }
            }
            if (order.associated() != AssociatedData.NONE) {
                addPart(++number, AssociatedData.PROVENANCE, BulkFile.Section.OUTPUT);
            }
            if (order.since() != null) {
                for (String type : order.types()) {
                    addPart(++number, type, BulkFile.Section.DELETED);
                }
            }
            return number;
        });
    }

    List<ExportPart> parts() throws SQLException {
        return job.inTransaction(() -> database.sql("""
                        SELECT number, resource_type, section, after_row, done, withheld FROM salus_bulk_part
                         WHERE job_id = :id ORDER BY number
                        """)
                .param("id", id)
                .query((row, index) -> new ExportPart(
                        row.getInt("number"),
                        row.getString("resource_type"),
                        BulkFile.Section.valueOf(row.getString("section")),
                        row.getLong("after_row"),
                        row.getBoolean("done"),
                        row.getLong("withheld")))
                .list());
    }

    /**
     * Notes how far a part is, together with the file that holds what was passed, in the transaction that is under way.
     *
     * @throws JobCancelled if nobody wants the job any more; then the file is not noted
     */
    void note(ExportPart part, Optional<BlobId> file, long resources) {
        requireWanted("UPDATE salus_bulk_job SET attempts = 0 WHERE id = :id AND state = 'RUNNING'");
        file.ifPresent(blob -> {
            String type = part.section() == BulkFile.Section.DELETED ? "Bundle" : part.type();
            BulkFiles.add(database, id, part.section(), type, blob, resources);
        });
        database.sql("""
                        UPDATE salus_bulk_part SET after_row = :row, done = :done, withheld = :withheld
                         WHERE job_id = :id AND number = :number
                        """)
                .param("row", part.afterRow())
                .param("done", part.done())
                .param("withheld", part.withheld())
                .param("id", id)
                .param("number", part.number())
                .update();
    }

    /** Notes which resources are in the file, in the transaction that is under way, to find later what is about them. */
    void noteExported(long[] rows) {
        database.sql("INSERT INTO salus_bulk_exported SELECT :id, unnest(:rows::bigint[]) ON CONFLICT DO NOTHING")
                .param("id", id)
                .param("rows", rows)
                .update();
    }

    /** Notes that all is done, with a file of remarks if there are any, in the transaction that is under way. */
    void finish(Optional<BlobId> remarks, long count, Duration keep) {
        remarks.ifPresent(blob -> BulkFiles.add(database, id, BulkFile.Section.ERROR, "OperationOutcome", blob, count));
        database.sql("DELETE FROM salus_bulk_exported WHERE job_id = :id")
                .param("id", id)
                .update();
        requireWanted("UPDATE salus_bulk_job SET state = 'COMPLETED', finished_at = now(),"
                + " expires_at = now() + make_interval(secs => " + keep.toSeconds()
                + ") WHERE id = :id AND state = 'RUNNING'");
    }

    private void requireWanted(String update) {
        if (database.sql(update).param("id", id).update() != 1) {
            throw new JobCancelled();
        }
    }

    private void addPart(int number, String type, BulkFile.Section section) {
        database.sql("""
                        INSERT INTO salus_bulk_part (job_id, number, resource_type, section)
                        VALUES (:id, :number, :type, :section)
                        """)
                .param("id", id)
                .param("number", number)
                .param("type", type)
                .param("section", section.name())
                .update();
    }
}
