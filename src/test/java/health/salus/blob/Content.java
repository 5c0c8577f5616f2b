package health.salus.blob;

import java.io.IOException;
import java.io.InputStream;

/** Content that need not keep its word. */
record Content(long size, Source source) implements BlobContent {

    @Override
    public InputStream open() throws IOException {
        return source.open();
    }

    interface Source {
        InputStream open() throws IOException;
    }
}
