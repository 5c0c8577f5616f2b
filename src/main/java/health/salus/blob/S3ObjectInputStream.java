package health.salus.blob;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

import java.io.FilterInputStream;
import java.io.IOException;

/** The bytes of an object as they arrive; what the SDK finds wrong with them is an {@link IOException} like any other. */
final class S3ObjectInputStream extends FilterInputStream {

    private final ResponseInputStream<GetObjectResponse> response;
    private boolean ended;

    S3ObjectInputStream(ResponseInputStream<GetObjectResponse> response) {
        super(response);
        this.response = response;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            int count = super.read(buffer, offset, length);
            ended = count < 0;
            return count;
        } catch (SdkException e) {
            throw new IOException("S3 did not deliver the object as it was stored", e);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        return count <= 0 ? 0 : Math.max(0, read(new byte[(int) Math.min(count, 8192)]));
    }

    /** Closing an SDK stream reads the rest first, to keep the connection; for a large object that is the dearer way. */
    @Override
    public void close() throws IOException {
        if (ended) {
            super.close();
        } else {
            response.abort();
        }
    }
}
