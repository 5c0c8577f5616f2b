package health.salus.bulk;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.blob.BlobId;
import health.salus.blob.BlobSweep;
import health.salus.blob.Blobs;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes an export, file by file. A file is stored first and noted then, together with how far it reaches: whoever goes on
 * after a crash begins behind the last file that was noted.
 */
@Component
class ExportRun {

    static final String NDJSON = "application/fhir+ndjson";

    private final Blobs blobs;
    private final BlobSweep sweep;
    private final ExportReading reading;
    private final BulkSettings settings;
    private final FhirContext context;
    private final ObjectMapper json;

    ExportRun(
            Blobs blobs,
            BlobSweep sweep,
            ExportReading reading,
            BulkSettings settings,
            FhirContext context,
            ObjectMapper json) {
        this.blobs = blobs;
        this.sweep = sweep;
        this.reading = reading;
        this.settings = settings;
        this.context = context;
        this.json = json;
    }

    /**
     * Works on an export to its end.
     *
     * @throws JobCancelled if its client has deleted it meanwhile
     */
    void run(BulkJob job, LockedJob lock) throws SQLException, InterruptedException, IOException {
        ExportOrder order = order(job);
        ExportProgress progress = new ExportProgress(lock);
        Instant time = job.transactionTime().orElse(null);
        if (time == null) {
            time = new SnapshotTime(settings.settleWithin()).settle(lock);
            progress.begin(time, order);
        }
        ExportRows rows = new ExportRows(lock, context, order, time);
        long withheld = 0;
        for (ExportPart part : progress.parts()) {
            ExportPart done = complete(part, new PartSource(job, order, rows), lock, progress);
            withheld += done.withheld();
        }
        finish(job, remarks(order, withheld), lock, progress);
    }

    private ExportPart complete(ExportPart part, PartSource source, LockedJob lock, ExportProgress progress)
            throws SQLException {
        if (part.done()) {
            return part;
        }
        long[] found = reading.found(source.job().owner().tenant(), source.order(), part.type());
        ExportPart now = part;
        while (!now.done()) {
            ExportPart from = now;
            now = lock.inTransaction(() -> file(from, source, found, progress));
        }
        return now;
    }

    /** Writes the next file of a part, in the transaction that is under way. */
    private ExportPart file(ExportPart part, PartSource source, long @Nullable [] found, ExportProgress progress) {
        try (Stream<ExportedRow> rows =
                source.rows().rest(part, reading.partition(source.job().owner().tenant(), part.type()), found)) {
            ExportLines lines = reading.lines(source.job(), source.order(), source.rows(), part, rows.iterator());
            LineStream content = new LineStream(
                    lines, settings.resourcesPerFile(), settings.bytesPerFile().toBytes());
            Optional<BlobId> file = lines.hasNext() ? Optional.of(store(source.job(), content)) : Optional.empty();
            ExportPart done = lines.progress(part);
            boolean remembered = source.order().associated() != AssociatedData.NONE
                    && part.section() == BulkFile.Section.OUTPUT
                    && !source.order().isAssociated(part.type());
            note(source.job(), file, () -> {
                progress.note(done, file, content.count());
                if (remembered) {
                    progress.noteExported(lines.taken());
                }
            });
            return done;
        }
    }

    private void finish(BulkJob job, List<String> remarks, LockedJob lock, ExportProgress progress)
            throws SQLException {
        Optional<BlobId> file = remarks.isEmpty()
                ? Optional.empty()
                : Optional.of(store(job, new LineStream(remarks.iterator(), Long.MAX_VALUE, Long.MAX_VALUE)));
        lock.inTransaction(() -> {
            note(job, file, () -> progress.finish(file, remarks.size(), settings.keep()));
            return true;
        });
    }

    private BlobId store(BulkJob job, InputStream content) {
        try {
            return blobs.store(job.owner().tenant(), NDJSON, content).id();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void note(BulkJob job, Optional<BlobId> file, Runnable note) {
        try {
            note.run();
        } catch (RuntimeException e) {
            file.ifPresent(blob -> sweep.discard(job.owner().tenant(), blob));
            throw e;
        }
    }

    private static List<String> remarks(ExportOrder order, long withheld) {
        Stream<String> all = order.ignored().stream().map(Remark::information);
        Stream<String> kept = withheld == 0
                ? Stream.empty()
                : Stream.of(Remark.information(withheld
                        + " resources were left out that this client may not see, by consent or by their labels"));
        return Stream.concat(all, kept).toList();
    }

    private ExportOrder order(BulkJob job) {
        try {
            return json.readValue(job.parameters(), ExportOrder.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The order of job " + job.id() + " cannot be read", e);
        }
    }

    /** What the files of one job are made from. */
    private record PartSource(BulkJob job, ExportOrder order, ExportRows rows) {}
}
