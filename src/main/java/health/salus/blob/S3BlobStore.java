package health.salus.blob;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.InvalidObjectStateException;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps each object in an S3 bucket under its key. Nothing is ever overwritten ({@code If-None-Match: *}); what is larger
 * than {@link S3StreamUpload#SINGLE} goes up in parts.
 */
final class S3BlobStore implements BlobStore, AutoCloseable {

    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final S3Bucket bucket;
    private final S3Presigner presigner;
    private final S3StreamUpload streams;
    private final S3Archive archive;

    private S3BlobStore(S3Bucket bucket, S3Presigner presigner, Path spool) {
        this.bucket = bucket;
        this.presigner = presigner;
        this.streams = new S3StreamUpload(bucket, spool);
        this.archive = new S3Archive(bucket);
    }

    /**
     * Makes a store for the bucket in the settings; connects when it is first used.
     *
     * @param spool directory for what is on its way into the bucket; made when it is first used
     */
    static S3BlobStore connect(S3Settings settings, Path spool) {
        String name = Objects.requireNonNull(settings.bucket(), "salus.blob.s3.bucket");
        S3Bucket bucket = new S3Bucket(S3Clients.create(settings), name, settings);
        return new S3BlobStore(bucket, S3Clients.presigner(settings), spool);
    }

    @Override
    public void put(ObjectKey key, BlobContent content) throws IOException {
        try (Upload upload = Upload.of(content)) {
            if (content.size() <= S3StreamUpload.SINGLE) {
                put(key, upload, content.size());
            } else {
                streams.send(key, upload.open());
            }
        }
    }

    @Override
    public long put(ObjectKey key, InputStream content) throws IOException {
        byte[] head = content.readNBytes(S3StreamUpload.IN_MEMORY);
        if (head.length == S3StreamUpload.IN_MEMORY) {
            return streams.send(
                    key, new SequenceInputStream(BlobContent.of(head).open(), content));
        }
        put(key, BlobContent.of(head));
        return head.length;
    }

    private void put(ObjectKey key, Upload upload, long size) throws IOException {
        String writer = bucket.newWriter();
        try {
            bucket.client().putObject(putRequest(key, size, writer), body(upload, size));
        } catch (SdkException | UncheckedIOException e) {
            upload.rethrowFailure();
            bucket.acceptIfOurs(key, writer, e);
        }
    }

    @Override
    public InputStream open(ObjectKey key) {
        return new S3ObjectInputStream(get(getRequest(key).build(), key));
    }

    @Override
    public InputStream open(ObjectKey key, ByteRange range) {
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
    public Optional<ObjectFacts> inspect(ObjectKey key) {
        return bucket.head(key).map(it -> new ObjectFacts(it.contentLength(), it.eTag(), S3Archive.availability(it)));
    }

    @Override
    public void accept(StagingKey from, String version, BlobKey to) {
        // Not every server knows the condition below for copies.
        if (bucket.head(to).isPresent()) {
            throw BlobExistsException.of(to);
        }
        // A copy takes nothing over from its source but the bytes.
        long size = bucket.head(from)
                .orElseThrow(() -> BlobNotFoundException.of(from))
                .contentLength();
        String writer = bucket.newWriter();
        try {
            bucket.client()
                    .copyObject(request -> request.sourceBucket(bucket.name())
                            .sourceKey(from.value())
                            .copySourceIfMatch(version)
                            .destinationBucket(bucket.name())
                            .destinationKey(to.value())
                            .ifNoneMatch("*")
                            .metadataDirective(MetadataDirective.REPLACE)
                            .metadata(Map.of(S3Bucket.WRITER, writer))
                            .contentType(CONTENT_TYPE)
                            .storageClass(bucket.settings().classFor(size))
                            .applyMutation(bucket.encryption(to.tenant())::applyTo)
                            .overrideConfiguration(bucket.limit(Staging.MAX_SIZE)));
        } catch (SdkException e) {
            boolean replaced = S3Bucket.hasStatus(e, NOT_FOUND) || S3Bucket.hasStatus(e, PRECONDITION_FAILED);
            if (replaced && bucket.head(to).isEmpty()) {
                throw BlobNotFoundException.of(from);
            }
            bucket.acceptIfOurs(to, writer, e);
        }
    }

    @Override
    public void restore(BlobKey key) {
        archive.restore(key);
    }

    @Override
    public void delete(ObjectKey key) {
        try {
            bucket.client()
                    .deleteObject(request ->
                            request.bucket(bucket.name()).key(key.value()).overrideConfiguration(bucket.limit(0)));
        } catch (SdkException e) {
            throw S3Bucket.unavailable(e);
        }
    }

    /** The bucket's lifecycle rules do the same; not every server has them. */
    @Override
    public int discardLeftovers(Duration age) {
        Instant limit = Instant.now().minus(age);
        int count = 0;
        try {
            for (S3Object object : bucket.client()
                    .listObjectsV2Paginator(it -> it.bucket(bucket.name()).prefix(StagingKey.PREFIX))
                    .contents()) {
                if (object.lastModified().isBefore(limit)) {
                    bucket.client().deleteObject(it -> it.bucket(bucket.name()).key(object.key()));
                    count++;
                }
            }
            for (MultipartUpload upload : bucket.client()
                    .listMultipartUploadsPaginator(it -> it.bucket(bucket.name()))
                    .uploads()) {
                if (upload.initiated().isBefore(limit)) {
                    bucket.client()
                            .abortMultipartUpload(it ->
                                    it.bucket(bucket.name()).key(upload.key()).uploadId(upload.uploadId()));
                    count++;
                }
            }
            return count;
        } catch (SdkException e) {
            throw S3Bucket.unavailable(e);
        }
    }

    @Override
    public Stream<ListedObject> list() {
        return bucket.client().listObjectsV2Paginator(it -> it.bucket(bucket.name())).contents().stream()
                .filter(it -> !it.key().startsWith(StagingKey.PREFIX))
                .map(it -> new ListedObject(it.key(), it.size()));
    }

    @Override
    public String storageClass(long size) {
        return bucket.settings().classFor(size).toString();
    }

    @Override
    public Optional<DirectUrls> directUrls() {
        return Optional.of(new S3DirectUrls(bucket, presigner));
    }

    @Override
    public void close() {
        streams.close();
        presigner.close();
        bucket.client().close();
    }

    @Override
    public String toString() {
        return "s3://" + bucket.name();
    }

    private PutObjectRequest putRequest(ObjectKey key, long size, String writer) {
        return PutObjectRequest.builder()
                .bucket(bucket.name())
                .key(key.value())
                .ifNoneMatch("*")
                .metadata(Map.of(S3Bucket.WRITER, writer))
                .storageClass(bucket.settings().classFor(size))
                .applyMutation(bucket.encryption(key.tenant())::applyTo)
                .overrideConfiguration(bucket.limit(size))
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

    private GetObjectRequest.Builder getRequest(ObjectKey key) {
        return GetObjectRequest.builder().bucket(bucket.name()).key(key.value()).overrideConfiguration(bucket.limit(0));
    }

    private ResponseInputStream<GetObjectResponse> get(GetObjectRequest request, ObjectKey key) {
        try {
            return bucket.client().getObject(request);
        } catch (NoSuchKeyException e) {
            throw BlobNotFoundException.of(key);
        } catch (InvalidObjectStateException e) {
            throw BlobArchivedException.of(key);
        } catch (SdkException e) {
            if (S3Bucket.hasStatus(e, RANGE_NOT_SATISFIABLE)) {
                throw BlobRangeException.of(key);
            }
            throw S3Bucket.unavailable(e);
        }
    }
}
