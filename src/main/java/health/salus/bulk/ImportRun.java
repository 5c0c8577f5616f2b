package health.salus.bulk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes an import in: fetches its inputs, writes their lines, and at last those that had to wait for others. How far it is, is
 * noted in the transactions that write, so whoever goes on after a crash writes nothing twice.
 */
@Component
class ImportRun {

    private static final int LINES_AT_ONCE = 200;
    private static final int WAITING_AT_ONCE = 500;
    private static final int CIRCLE = 5000;
    private static final long BYTES_AT_ONCE = 8L * 1024 * 1024;

    private final ImportInputs inputs;
    private final ImportNotes notes;
    private final ImportWriter writer;
    private final ImportSource source;
    private final ImportEnd end;
    private final ObjectMapper json;

    ImportRun(
            ImportInputs inputs,
            ImportNotes notes,
            ImportWriter writer,
            ImportSource source,
            ImportEnd end,
            ObjectMapper json) {
        this.inputs = inputs;
        this.notes = notes;
        this.writer = writer;
        this.source = source;
        this.end = end;
        this.json = json;
    }

    /**
     * Works on an import to its end.
     *
     * @throws UnfitOrderException if an input cannot be fetched
     * @throws JobCancelled        if its client has deleted it meanwhile
     */
    void run(BulkJob job) throws IOException, InterruptedException {
        ImportOrder order = order(job);
        end.begin(job);
        List<ImportInput> all = inputs.list(job.id());
        Map<Integer, String> types = new HashMap<>();
        all.forEach(input -> types.put(input.number(), input.type()));
        ImportWriter.TypeOf typeOf = number -> types.getOrDefault(number, "");
        for (ImportInput input : all) {
            if (!input.done()) {
                take(job, order, input, typeOf);
            }
        }
        retry(job, order, typeOf);
        end.finish(job);
    }

    private void take(BulkJob job, ImportOrder order, ImportInput input, ImportWriter.TypeOf types)
            throws IOException, InterruptedException {
        try (ImportLines lines = source.open(job, input)) {
            FirstPass pass = new FirstPass(job, input, inputs, notes);
            List<ImportLine> some = lines.next(LINES_AT_ONCE, BYTES_AT_ONCE);
            while (!some.isEmpty()) {
                requireUninterrupted();
                writer.write(job, order, some, types, pass);
                some = lines.next(LINES_AT_ONCE, BYTES_AT_ONCE);
            }
        }
        inputs.finished(job.id(), input.number());
    }

    /** Tries the lines that wait as long as that helps any, and all of them together, as they may wait for each other. */
    private void retry(BulkJob job, ImportOrder order, ImportWriter.TypeOf types) throws InterruptedException {
        long before = Long.MAX_VALUE;
        for (long now = notes.waiting(job.id()); now > 0 && now < before; now = notes.waiting(job.id())) {
            before = now;
            round(job, order, types, WAITING_AT_ONCE, false);
        }
        round(job, order, types, CIRCLE, true);
    }

    private void round(BulkJob job, ImportOrder order, ImportWriter.TypeOf types, int atOnce, boolean last)
            throws InterruptedException {
        ImportLine end = new ImportLine(0, new byte[0], false, new ImportPlace(0, 0));
        List<ImportLine> some = notes.waiting(job.id(), 0, 0, atOnce);
        while (!some.isEmpty()) {
            requireUninterrupted();
            writer.write(job, order, some, types, new LaterPass(job, notes, last));
            end = some.get(some.size() - 1);
            some = notes.waiting(job.id(), end.input(), end.number(), atOnce);
        }
    }

    private static void requireUninterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private ImportOrder order(BulkJob job) {
        try {
            return json.readValue(job.parameters(), ImportOrder.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The order of job " + job.id() + " cannot be read", e);
        }
    }
}
