package health.salus.bulk;

import health.salus.fhir.StoredVersion;
import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/** Turns the rows of a part into the lines of a file, and knows how far it has come. */
final class ExportLines implements Iterator<String> {

    private final Iterator<ExportedRow> rows;
    private final Predicate<ExportedRow> belongs;
    private final Predicate<StoredVersion> shown;
    private final Function<StoredVersion, String> text;
    private @Nullable StoredVersion next;
    private long lastRow;
    private long withheld;
    private final LongStream.Builder taken = LongStream.builder();

    /**
     * Makes lines.
     *
     * @param lastRow the row before the first
     * @param belongs whether a row is in a record that is exported
     * @param shown   whether the client may see it
     * @param text    writes it in one line
     */
    ExportLines(
            Iterator<ExportedRow> rows,
            long lastRow,
            Predicate<ExportedRow> belongs,
            Predicate<StoredVersion> shown,
            Function<StoredVersion, String> text) {
        this.rows = rows;
        this.lastRow = lastRow;
        this.belongs = belongs;
        this.shown = shown;
        this.text = text;
    }

    @Override
    public boolean hasNext() {
        while (next == null && rows.hasNext()) {
            ExportedRow row = rows.next();
            if (!belongs.test(row)) {
                lastRow = row.version().row();
            } else if (shown.test(row.version())) {
                next = row.version();
            } else {
                lastRow = row.version().row();
                withheld++;
            }
        }
        return next != null;
    }

    @Override
    public String next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        StoredVersion version = next;
        next = null;
        lastRow = version.row();
        taken.add(lastRow);
        return text.apply(version);
    }

    /** HAPI's numbers of what was taken from here; to be asked once. */
    long[] taken() {
        return taken.build().toArray();
    }

    /** The part after what was taken from here; done if there is nothing behind it. */
    ExportPart progress(ExportPart part) {
        boolean more = hasNext();
        return part.after(lastRow, !more, withheld);
    }
}
