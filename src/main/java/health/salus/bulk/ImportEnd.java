package health.salus.bulk;

import health.salus.blob.BlobId;
import health.salus.blob.Blobs;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Begins imports and ends them with their reports: in {@code output} a line for each input that says how many of its lines
 * were taken, in {@code error} a line for each line that was not, and why.
 */
@Component
class ImportEnd {

    private static final String TYPE = "OperationOutcome";
    private static final int PROBLEMS_AT_ONCE = 1000;

    private final ImportInputs inputs;
    private final ImportNotes notes;
    private final Blobs blobs;
    private final JdbcClient database;
    private final TransactionOperations transactions;
    private final BulkSettings settings;

    ImportEnd(
            ImportInputs inputs,
            ImportNotes notes,
            Blobs blobs,
            JdbcClient database,
            TransactionOperations transactions,
            BulkSettings settings) {
        this.inputs = inputs;
        this.notes = notes;
        this.blobs = blobs;
        this.database = database;
        this.transactions = transactions;
        this.settings = settings;
    }

    /** Notes when an import has begun. */
    void begin(BulkJob job) {
        database.sql("UPDATE salus_bulk_job SET transaction_time = coalesce(transaction_time, now()) WHERE id = :id")
                .param("id", job.id())
                .update();
    }

    /** Writes the reports and notes that the import is done. */
    void finish(BulkJob job) throws IOException {
        List<ImportInput> all = inputs.list(job.id());
        long problems = all.stream()
                .mapToLong(input -> notes.problems(job.id(), input.number()))
                .sum();
        BlobId summary =
                store(job, all.stream().map(input -> summary(job, input)).iterator());
        Optional<BlobId> report = problems == 0
                ? Optional.empty()
                : Optional.of(store(job, problems(job, all).iterator()));
        transactions.executeWithoutResult(status -> {
            BulkFiles.add(database, job.id(), BulkFile.Section.OUTPUT, TYPE, summary, all.size());
            report.ifPresent(blob -> BulkFiles.add(database, job.id(), BulkFile.Section.ERROR, TYPE, blob, problems));
            if (!complete(job)) {
                throw new JobCancelled();
            }
        });
    }

    private boolean complete(BulkJob job) {
        return database.sql("""
                        UPDATE salus_bulk_job SET state = 'COMPLETED', finished_at = now(),
                               expires_at = now() + make_interval(secs => :keep)
                         WHERE id = :id AND state = 'RUNNING'
                        """)
                        .param("keep", settings.keep().toSeconds())
                        .param("id", job.id())
                        .update()
                == 1;
    }

    private BlobId store(BulkJob job, Iterator<String> lines) throws IOException {
        return blobs.store(
                        job.owner().tenant(), ExportRun.NDJSON, new LineStream(lines, Long.MAX_VALUE, Long.MAX_VALUE))
                .id();
    }

    private String summary(BulkJob job, ImportInput input) {
        long refused = notes.problems(job.id(), input.number());
        return Remark.information("Input " + input.number() + " (" + input.type() + ", " + input.url() + "): "
                + (input.lines() - refused) + " of " + input.lines() + " lines were taken");
    }

    private Stream<String> problems(BulkJob job, List<ImportInput> all) {
        return all.stream()
                .flatMap(input -> Stream.iterate(
                                notes.problems(job.id(), input.number(), 0, PROBLEMS_AT_ONCE),
                                some -> !some.isEmpty(),
                                some -> notes.problems(
                                        job.id(),
                                        input.number(),
                                        some.get(some.size() - 1).line(),
                                        PROBLEMS_AT_ONCE))
                        .flatMap(List::stream)
                        .map(problem -> line(input, problem)));
    }

    private static String line(ImportInput input, ImportNotes.Problem problem) {
        OperationOutcome outcome = Remark.outcome(IssueSeverity.ERROR, IssueType.PROCESSING, problem.text());
        outcome.getIssueFirstRep()
                .addLocation("input " + input.number() + " (" + input.url() + "), line " + problem.line());
        return Remark.line(outcome);
    }
}
