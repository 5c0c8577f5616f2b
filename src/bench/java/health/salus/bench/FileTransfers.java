package health.salus.bench;

import health.salus.testing.S3Server;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sends one large file to Salus and fetches it there, and does both with the store behind it, with the client library that
 * Salus uses, too: in parts, four at once, as the library's users do. Somebody reads a resource beside each transfer. What the same few lines of plain HTTP take that talk to
 * Salus stands beside it: one presigned request, which signs no content and compares no checksums.
 */
final class FileTransfers implements AutoCloseable {

    private static final String STORE = "store";
    private static final String SALUS = "salus";
    private static final long PART = 16L * 1024 * 1024;
    private static final int PARTS_AT_ONCE = 4;
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final double MEGABYTE = 1024 * 1024;

    private final Http salus;
    private final String bucket;
    private final Path file;
    private final long size;
    private final Measurements measurements;
    private final S3Client client;
    private final S3Presigner presigner;
    private final Bystander bystander;
    private final ExecutorService senders = Executors.newFixedThreadPool(PARTS_AT_ONCE);

    FileTransfers(
            Http salus, S3Server store, String bucket, Path file, Bystander bystander, Measurements measurements)
            throws IOException {
        this.salus = salus;
        this.bystander = bystander;
        this.bucket = bucket;
        this.file = file;
        this.size = Files.size(file);
        this.measurements = measurements;
        this.client = store.client();
        this.presigner = S3Presigner.builder()
                .endpointOverride(store.endpoint())
                .region(Region.US_EAST_1)
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(store.accessKey(), store.secretKey())))
                .build();
    }

    void run(int round) throws Exception {
        String single = UUID.randomUUID().toString();
        note(STORE, round, "file up, presigned", () -> putWhole(single));
        note(STORE, round, "file down, presigned", () -> get(getUrl(single), ""));
        delete(single);
        String key = UUID.randomUUID().toString();
        note(STORE, round, "file up", () -> putParts(key));
        note(STORE, round, "file down", () -> getWhole(key));
        delete(key);
        List<String> location = new ArrayList<>();
        note(SALUS, round, "file up", () -> {
            HttpURLConnection connection =
                    send("POST", URI.create(salus.base() + "/Binary"), salus.token(), 0, size);
            location.add(connection.getHeaderField("Location"));
            return connection;
        });
        note(SALUS, round, "file down", () -> get(URI.create(location.get(0)), salus.token()));
    }

    private Object putWhole(String key) throws IOException {
        return send(
                "PUT",
                URI.create(presigner
                        .presignPutObject(it -> it.signatureDuration(LIFETIME)
                                .putObjectRequest(put -> put.bucket(bucket).key(key)))
                        .url()
                        .toString()),
                "",
                0,
                size);
    }

    private Object putParts(String key) throws Exception {
        String upload = client.createMultipartUpload(it ->
                        it.bucket(bucket).key(key).checksumAlgorithm(ChecksumAlgorithm.CRC32))
                .uploadId();
        List<Future<CompletedPart>> parts = new ArrayList<>();
        for (int number = 1; (number - 1) * PART < size; number++) {
            int part = number;
            parts.add(senders.submit(() -> putPart(key, upload, part)));
        }
        List<CompletedPart> completed = new ArrayList<>();
        for (Future<CompletedPart> part : parts) {
            completed.add(part.get());
        }
        return client.completeMultipartUpload(
                it -> it.bucket(bucket).key(key).uploadId(upload).multipartUpload(all -> all.parts(completed)));
    }

    private CompletedPart putPart(String key, String upload, int number) throws IOException {
        long offset = (number - 1) * PART;
        byte[] bytes = new byte[(int) Math.min(PART, size - offset)];
        try (FileChannel from = FileChannel.open(file)) {
            Channels.newInputStream(from.position(offset)).readNBytes(bytes, 0, bytes.length);
        }
        UploadPartResponse answer = client.uploadPart(
                it -> it.bucket(bucket).key(key).uploadId(upload).partNumber(number),
                RequestBody.fromContentProvider(
                        ContentStreamProvider.fromByteArrayUnsafe(bytes), bytes.length, "application/octet-stream"));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(answer.eTag())
                .checksumCRC32(answer.checksumCRC32())
                .build();
    }

    private Object getWhole(String key) throws IOException {
        try (InputStream in = client.getObject(it -> it.bucket(bucket).key(key))) {
            return copy(in, OutputStream.nullOutputStream(), Long.MAX_VALUE);
        }
    }

    private URI getUrl(String key) {
        return URI.create(presigner
                .presignGetObject(it -> it.signatureDuration(LIFETIME)
                        .getObjectRequest(get -> get.bucket(bucket).key(key)))
                .url()
                .toString());
    }

    private HttpURLConnection send(String method, URI url, String token, long offset, long length)
            throws IOException {
        HttpURLConnection connection = open(url, token);
        connection.setRequestMethod(method);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(length);
        if (!token.isEmpty()) {
            connection.setRequestProperty("Content-Type", "application/octet-stream");
        }
        try (FileChannel from = FileChannel.open(file);
                OutputStream out = connection.getOutputStream()) {
            from.position(offset);
            copy(Channels.newInputStream(from), out, length);
        }
        require(connection);
        return connection;
    }

    private Object get(URI url, String token) throws IOException {
        HttpURLConnection connection = open(url, token);
        require(connection);
        try (InputStream in = connection.getInputStream()) {
            long received = copy(in, OutputStream.nullOutputStream(), Long.MAX_VALUE);
            if (received != size) {
                throw new IOException("Received " + received + " bytes of " + size);
            }
        }
        return connection;
    }

    private static HttpURLConnection open(URI url, String token) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setReadTimeout(600_000);
        if (!token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        return connection;
    }

    private static void require(HttpURLConnection connection) throws IOException {
        if (connection.getResponseCode() >= 300) {
            throw new IOException("Answered " + connection.getResponseCode() + " by " + connection.getURL());
        }
    }

    private static long copy(InputStream in, OutputStream out, long limit) throws IOException {
        byte[] buffer = new byte[128 * 1024];
        long copied = 0;
        while (copied < limit) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, limit - copied));
            if (count < 0) {
                break;
            }
            out.write(buffer, 0, count);
            copied += count;
        }
        return copied;
    }

    private void delete(String key) {
        client.deleteObject(it -> it.bucket(bucket).key(key));
    }

    private void note(String server, int round, String workload, Callable<?> transfer) throws Exception {
        long start = System.nanoTime();
        double read = bystander.during(transfer);
        double seconds = (System.nanoTime() - start) / 1e9;
        measurements.add(new Measurement(server, round, workload, "ms of a read beside it", read));
        measurements.add(new Measurement(server, round, workload, "MB/s", size / MEGABYTE / seconds));
    }

    @Override
    public void close() {
        senders.shutdown();
        presigner.close();
        client.close();
    }
}
