package health.salus.bulk;

import java.util.List;

/** Notes what becomes of the lines of one input, and how far it is. */
final class FirstPass implements ImportWriter.Notes {

    private final BulkJob job;
    private final ImportInput input;
    private final ImportInputs inputs;
    private final ImportNotes notes;
    private ImportPlace reached;

    FirstPass(BulkJob job, ImportInput input, ImportInputs inputs, ImportNotes notes) {
        this.job = job;
        this.input = input;
        this.inputs = inputs;
        this.notes = notes;
        this.reached = new ImportPlace(input.position(), input.lines());
    }

    @Override
    public void written(List<ImportLine> lines) {
        advance(lines.get(lines.size() - 1));
    }

    @Override
    public void waits(ImportLine line, String why) {
        notes.await(job.id(), line);
        advance(line);
    }

    @Override
    public void refused(ImportLine line, String why) {
        notes.refuse(job.id(), line, why);
        advance(line);
    }

    @Override
    public void reached(ImportLine line) {
        reached = line.end();
    }

    private void advance(ImportLine line) {
        inputs.advance(job.id(), input.number(), reached, line.end());
    }
}
