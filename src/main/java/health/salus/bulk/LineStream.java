package health.salus.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/** NDJSON made while it is read: a line for each text, until one of two limits is reached. */
final class LineStream extends InputStream {

    private final Iterator<String> lines;
    private final long mostLines;
    private final long mostBytes;
    private byte[] line = {};
    private int position;
    private long count;
    private long bytes;

    LineStream(Iterator<String> lines, long mostLines, long mostBytes) {
        this.lines = lines;
        this.mostLines = mostLines;
        this.mostBytes = mostBytes;
    }

    /** How many lines have been begun. */
    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int given = 0;
        while (given < length) {
            if (position == line.length && !next()) {
                return given == 0 ? -1 : given;
            }
            int part = Math.min(length - given, line.length - position);
            System.arraycopy(line, position, buffer, offset + given, part);
            position += part;
            given += part;
        }
        return given;
    }

    private boolean next() {
        if (count == mostLines || bytes >= mostBytes || !lines.hasNext()) {
            return false;
        }
        line = (lines.next() + "\n").getBytes(StandardCharsets.UTF_8);
        position = 0;
        count++;
        bytes += line.length;
        return true;
    }
}
