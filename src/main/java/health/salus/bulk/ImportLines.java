package health.salus.bulk;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads an input line by line; of a line that is too long it keeps nothing, however long it is. */
final class ImportLines implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;

    private final int input;
    private final InputStream content;
    private final int longest;
    private ImportPlace place;

    ImportLines(ImportInput input, InputStream content, int longest) {
        this.input = input.number();
        this.content = new BufferedInputStream(content, BUFFER);
        this.longest = longest;
        this.place = new ImportPlace(input.position(), input.lines());
    }

    /** Reads the next lines; none at the end. */
    List<ImportLine> next(int mostLines, long mostBytes) throws IOException {
        List<ImportLine> lines = new ArrayList<>();
        long bytes = 0;
        while (lines.size() < mostLines && bytes < mostBytes) {
            Optional<ImportLine> line = next();
            if (line.isEmpty()) {
                break;
            }
            lines.add(line.get());
            bytes += line.get().content().length;
        }
        return lines;
    }

    private Optional<ImportLine> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = 0;
        int next = content.read();
        if (next < 0) {
            return Optional.empty();
        }
        for (; next >= 0 && next != '\n'; next = content.read()) {
            if (length++ < longest) {
                line.write(next);
            }
        }
        place = new ImportPlace(place.position() + length + (next < 0 ? 0 : 1), place.lines() + 1);
        boolean tooLong = length > longest;
        return Optional.of(new ImportLine(input, tooLong ? new byte[0] : line.toByteArray(), tooLong, place));
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
