package health.salus.blob;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Uploads a stream of unknown or great size: spools the beginning, and if it goes on, sends it in parts, the next of which
 * is spooled while some are on their way. Takes the disk for what is on its way, and next to no heap.
 */
final class S3StreamUpload implements AutoCloseable {

    /** Streams up to here never touch the disk. */
    static final int IN_MEMORY = 1024 * 1024;

    /** What is not larger goes up in one request. */
    static final long SINGLE = 64L * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(S3StreamUpload.class);
    private static final long PART = 16L * 1024 * 1024;
    private static final int MOST_PARTS = 10_000;
    // As many as keep a store busy that takes its time with each; one upload cannot fill the disk or take all
    // connections.
    private static final int PARTS_AT_ONCE = 3;
    private static final String CONTENT_TYPE = "application/octet-stream";

    private final S3Bucket bucket;
    private final Path directory;
    private final DurableDirectories directories;
    private final ExecutorService senders;

    S3StreamUpload(S3Bucket bucket, Path directory) {
        this.bucket = bucket;
        this.directory = directory.toAbsolutePath().normalize();
        this.directories = new DurableDirectories(this.directory);
        this.senders = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "s3-part");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Stores a stream, which the caller closes, and returns its size; fails as {@link BlobStore#put} says. */
    long send(ObjectKey key, InputStream content) throws IOException {
        try (Spool beginning = spool(content, SINGLE)) {
            if (beginning.size() < SINGLE) {
                return sendAtOnce(key, beginning);
            }
            String writer = bucket.newWriter();
            Parts parts = new Parts(key, begin(key, writer), writer);
            try {
                return parts.send(beginning, content);
            } catch (IOException | RuntimeException e) {
                parts.abort();
                throw e;
            }
        }
    }

    @Override
    public void close() {
        senders.shutdown();
    }

    private Spool spool(InputStream content, long limit) throws IOException {
        return Spool.fill(directories, directory, content, limit);
    }

    private long sendAtOnce(ObjectKey key, Spool all) {
        String writer = bucket.newWriter();
        try {
            bucket.client()
                    .putObject(
                            request -> request.bucket(bucket.name())
                                    .key(key.value())
                                    .ifNoneMatch("*")
                                    .metadata(Map.of(S3Bucket.WRITER, writer))
                                    .storageClass(bucket.settings().classFor(all.size()))
                                    .applyMutation(bucket.encryption(key.tenant())::applyTo)
                                    .overrideConfiguration(bucket.limit(all.size())),
                            body(all.slice(0, all.size())));
        } catch (SdkException | UncheckedIOException e) {
            bucket.acceptIfOurs(key, writer, e);
        }
        return all.size();
    }

    private String begin(ObjectKey key, String writer) {
        try {
            CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder()
                    .bucket(bucket.name())
                    .key(key.value())
                    .contentType(CONTENT_TYPE)
                    .metadata(Map.of(S3Bucket.WRITER, writer))
                    .storageClass(bucket.settings().classFor(SINGLE))
                    .applyMutation(bucket.encryption(key.tenant())::applyTo)
                    .overrideConfiguration(bucket.limit(0));
            if (bucket.settings().checksums() == S3Settings.Checksums.WHEN_SUPPORTED) {
                request.checksumAlgorithm(ChecksumAlgorithm.CRC32);
            }
            return bucket.client().createMultipartUpload(request.build()).uploadId();
        } catch (SdkException e) {
            throw S3Bucket.unavailable(e);
        }
    }

    private static RequestBody body(BlobContent content) {
        return RequestBody.fromContentProvider(
                () -> {
                    try {
                        return content.open();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                content.size(),
                CONTENT_TYPE);
    }

    /** One upload in parts. */
    private final class Parts {

        private final ObjectKey key;
        private final String uploadId;
        private final String writer;
        private final List<Future<CompletedPart>> sent = new ArrayList<>();

        Parts(ObjectKey key, String uploadId, String writer) {
            this.key = key;
            this.uploadId = uploadId;
            this.writer = writer;
        }

        long send(Spool beginning, InputStream rest) throws IOException {
            for (long offset = 0; offset < beginning.size(); offset += PART) {
                sendNext(beginning.slice(offset, Math.min(PART, beginning.size() - offset)));
            }
            long size = beginning.size() + sendRest(rest);
            complete();
            return size;
        }

        private long sendRest(InputStream rest) throws IOException {
            long size = 0;
            Deque<Spool> onTheirWay = new ArrayDeque<>();
            try {
                for (Spool next = spool(rest, PART); ; next = spool(rest, PART)) {
                    onTheirWay.add(next);
                    if (next.size() == 0) {
                        break;
                    }
                    size += next.size();
                    sendNext(next.slice(0, next.size()));
                    // Whatever was sent before those that may still be on their way has arrived.
                    while (onTheirWay.size() > PARTS_AT_ONCE) {
                        onTheirWay.remove().close();
                    }
                }
                awaitUpTo(sent.size());
            } finally {
                for (Spool spool : onTheirWay) {
                    spool.close();
                }
            }
            return size;
        }

        private void sendNext(BlobContent part) throws IOException {
            awaitUpTo(sent.size() - PARTS_AT_ONCE + 1);
            int number = sent.size() + 1;
            if (number > MOST_PARTS) {
                throw new IOException("An object has at most " + MOST_PARTS * PART + " bytes");
            }
            sent.add(senders.submit(() -> upload(number, part)));
        }

        /** Waits until the first parts have arrived, so many. */
        private void awaitUpTo(int count) {
            for (Future<CompletedPart> part : sent.subList(0, Math.max(0, count))) {
                await(part);
            }
        }

        private CompletedPart upload(int number, BlobContent part) {
            UploadPartResponse response = bucket.client()
                    .uploadPart(
                            request -> request.bucket(bucket.name())
                                    .key(key.value())
                                    .uploadId(uploadId)
                                    .partNumber(number)
                                    .overrideConfiguration(bucket.limit(part.size())),
                            body(part));
            return CompletedPart.builder()
                    .partNumber(number)
                    .eTag(response.eTag())
                    .checksumCRC32(response.checksumCRC32())
                    .build();
        }

        private void complete() {
            List<CompletedPart> parts = sent.stream().map(this::await).toList();
            try {
                bucket.client()
                        .completeMultipartUpload(request -> request.bucket(bucket.name())
                                .key(key.value())
                                .uploadId(uploadId)
                                .ifNoneMatch("*")
                                .multipartUpload(it -> it.parts(parts))
                                // The store joins the parts, which takes it longer the more there are.
                                .overrideConfiguration(bucket.limit(parts.size() * PART)));
            } catch (SdkException e) {
                bucket.acceptIfOurs(key, writer, e);
            }
        }

        private CompletedPart await(Future<CompletedPart> part) {
            try {
                return part.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BlobStoreUnavailableException("Interrupted while a part was sent", e);
            } catch (ExecutionException e) {
                throw new BlobStoreUnavailableException("The S3 store does not take a part", e);
            }
        }

        /** A part that arrives after the others were given up would stay. */
        private void awaitEnd() {
            for (Future<CompletedPart> part : sent) {
                try {
                    part.get();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                } catch (ExecutionException e) {
                    LOG.debug("A part of {} failed", key, e);
                }
            }
        }

        /** What cannot be aborted now, the bucket's lifecycle rule aborts. */
        void abort() {
            awaitEnd();
            try {
                bucket.abortParts(key.value(), uploadId);
            } catch (SdkException e) {
                LOG.warn("The parts of {} could not be deleted yet", key, e);
            }
        }
    }
}
