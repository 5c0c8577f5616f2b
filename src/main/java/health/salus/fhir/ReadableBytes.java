package health.salus.fhir;

import health.salus.blob.Blobs;
import health.salus.blob.ByteRange;
import health.salus.blob.StoredBlob;
import org.apache.commons.codec.digest.DigestUtils;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes that the caller may read, wherever they lie. */
interface ReadableBytes {

    long size();

    /** 64 hexadecimal digits: equal bytes have equal ones. */
    String sha256();

    String contentType();

    /** Fails as {@link #open()} would, as far as that is known without opening. */
    void requireReadable();

    /** Opens all of the bytes; the caller closes the stream. */
    InputStream open() throws IOException;

    /** Opens some of the bytes, which must lie inside the size. */
    InputStream open(ByteRange range) throws IOException;

    static ReadableBytes of(StoredBlob blob, Blobs blobs) {
        return new ReadableBytes() {
            @Override
            public long size() {
                return blob.size();
            }

            @Override
            public String sha256() {
                return blob.sha256().hex();
            }

            @Override
            public String contentType() {
                return blob.contentType();
            }

            @Override
            public void requireReadable() {
                blobs.requireReadable(blob);
            }

            @Override
            public InputStream open() throws IOException {
                return blobs.open(blob);
            }

            @Override
            public InputStream open(ByteRange range) throws IOException {
                return blobs.open(blob, range);
            }
        };
    }

    /** Bytes that are small enough to have stayed in the resource. */
    static ReadableBytes of(InlineData data) {
        return new ReadableBytes() {
            @Override
            public long size() {
                return data.bytes().length;
            }

            @Override
            public String sha256() {
                return DigestUtils.sha256Hex(data.bytes());
            }

            @Override
            public String contentType() {
                String declared = data.contentType();
                return declared == null ? AttachmentOffload.UNKNOWN_TYPE : declared;
            }

            @Override
            public void requireReadable() {}

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(data.bytes());
            }

            @Override
            public InputStream open(ByteRange range) {
                return new ByteArrayInputStream(data.bytes(), (int) range.offset(), (int) range.length());
            }
        };
    }
}
