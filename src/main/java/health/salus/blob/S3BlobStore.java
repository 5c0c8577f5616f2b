package health.salus.blob;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Keeps each object in an S3 bucket under its key, uploaded by a single PutObject that never overwrites
 * ({@code If-None-Match: *}), which S3 takes up to 5 GB.
 */
final class S3BlobStore implements BlobStore, AutoCloseable {

    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final String WRITER = "salus-writer";
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final long SLOWEST_UPLOAD_BYTES_PER_SECOND = 256 * 1024;

    private final S3Client client;
    private final String bucket;
    private final Duration requestTimeout;

    private S3BlobStore(S3Client client, String bucket, Duration requestTimeout) {
        this.client = client;
        this.bucket = bucket;
        this.requestTimeout = requestTimeout;
    }

    /** Makes a store for the bucket in the settings; connects when it is first used. */
    static S3BlobStore connect(S3Settings settings) {
        String bucket = Objects.requireNonNull(settings.bucket(), "salus.blob.s3.bucket");
        return new S3BlobStore(S3Clients.create(settings), bucket, settings.requestTimeout());
    }

    @Override
    public void put(BlobKey key, BlobContent content) throws IOException {
        String writer = UUID.randomUUID().toString();
        try (Upload upload = new Upload(content)) {
            try {
                client.putObject(putRequest(key, content.size(), writer), body(upload, content.size()));
            } catch (SdkException | UncheckedIOException e) {
                upload.rethrowFailure();
                acceptIfOurs(key, writer, e);
            }
        }
    }

    @Override
    public InputStream open(BlobKey key) {
        return new S3ObjectInputStream(get(getRequest(key).build(), key));
    }

    @Override
    public InputStream open(BlobKey key, ByteRange range) {
        GetObjectRequest request = getRequest(key)
                .range("bytes=" + range.offset() + "-" + range.last())
                .build();
        ResponseInputStream<GetObjectResponse> response = get(request, key);
        // S3 answers a range that begins inside the object and ends behind it with the bytes that there are.
        if (response.response().contentLength() != range.length()) {
            response.abort();
            throw BlobRangeException.of(key);
        }
        return new S3ObjectInputStream(response);
    }

    @Override
    public void delete(BlobKey key) {
        try {
            client.deleteObject(request -> request.bucket(bucket)
                    .key(key.value())
                    .overrideConfiguration(it -> it.apiCallTimeout(requestTimeout)));
        } catch (SdkException e) {
            throw unavailable(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "s3://" + bucket;
    }

    private PutObjectRequest putRequest(BlobKey key, long size, String writer) {
        Duration timeout = requestTimeout.plusSeconds(size / SLOWEST_UPLOAD_BYTES_PER_SECOND);
        return PutObjectRequest.builder()
                .bucket(bucket)
                .key(key.value())
                .ifNoneMatch("*")
                .metadata(Map.of(WRITER, writer))
                .overrideConfiguration(it -> it.apiCallTimeout(timeout))
                .build();
    }

    private static RequestBody body(Upload upload, long size) {
        ContentStreamProvider attempts = () -> {
            try {
                return upload.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        return RequestBody.fromContentProvider(attempts, size, CONTENT_TYPE);
    }

    private GetObjectRequest.Builder getRequest(BlobKey key) {
        return GetObjectRequest.builder()
                .bucket(bucket)
                .key(key.value())
                .overrideConfiguration(it -> it.apiCallTimeout(requestTimeout));
    }

    private ResponseInputStream<GetObjectResponse> get(GetObjectRequest request, BlobKey key) {
        try {
            return client.getObject(request);
        } catch (NoSuchKeyException e) {
            throw BlobNotFoundException.of(key);
        } catch (SdkException e) {
            if (hasStatus(e, RANGE_NOT_SATISFIABLE)) {
                throw BlobRangeException.of(key);
            }
            throw unavailable(e);
        }
    }

    /**
     * Takes a refused upload for a success if the object is the one that this very upload has written: when the answer to
     * the first attempt is lost, the SDK tries again and is told that the object exists.
     */
    private void acceptIfOurs(BlobKey key, String writer, RuntimeException refusal) {
        if (!hasStatus(refusal, PRECONDITION_FAILED)) {
            throw unavailable(refusal);
        }
        if (!writer.equals(writerOf(key))) {
            throw BlobExistsException.of(key);
        }
    }

    private String writerOf(BlobKey key) {
        try {
            return client.headObject(request -> request.bucket(bucket)
                            .key(key.value())
                            .overrideConfiguration(it -> it.apiCallTimeout(requestTimeout)))
                    .metadata()
                    .getOrDefault(WRITER, "");
        } catch (SdkException e) {
            throw unavailable(e);
        }
    }

    private static boolean hasStatus(RuntimeException failure, int status) {
        return failure instanceof S3Exception s3 && s3.statusCode() == status;
    }

    private static BlobStoreUnavailableException unavailable(RuntimeException cause) {
        return new BlobStoreUnavailableException("The S3 store neither takes nor gives blobs now", cause);
    }
}
