package health.salus.bulk;

import java.util.List;

/** Notes what becomes of lines that have waited. */
final class LaterPass implements ImportWriter.Notes {

    private final BulkJob job;
    private final ImportNotes notes;
    private final boolean last;

    /** @param last whether what is still not there will not come */
    LaterPass(BulkJob job, ImportNotes notes, boolean last) {
        this.job = job;
        this.notes = notes;
        this.last = last;
    }

    @Override
    public void written(List<ImportLine> lines) {
        lines.forEach(this::settle);
    }

    @Override
    public void waits(ImportLine line, String why) {
        if (last) {
            refused(line, why);
        }
    }

    @Override
    public void refused(ImportLine line, String why) {
        settle(line);
        notes.refuse(job.id(), line, why);
    }

    @Override
    public void reached(ImportLine line) {
        // The lines that wait say themselves how far it is.
    }

    private void settle(ImportLine line) {
        if (!notes.settle(job.id(), line)) {
            throw new JobCancelled();
        }
    }
}
