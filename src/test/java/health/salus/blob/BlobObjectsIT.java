package health.salus.blob;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What lies in the store for a blob: one object for equal bytes, compressed text, streams and uploads. */
class BlobObjectsIT extends BlobCatalogTest {

    private static final int PIECE = 256 * 1024;

    @Test
    void sameContentStoredTwiceIsTwoBlobsOfOneObject() throws Exception {
        StoredBlob first = blobs.store(NORTH, "image/png", ABC);
        StoredBlob second = blobs.store(NORTH, "image/jpeg", ABC);

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.contentType()).isEqualTo("image/jpeg");
        assertThat(second.object()).isEqualTo(first.object());
        assertThat(files()).hasSize(1);
        assertThat(read(blobs.open(second))).isEqualTo("abc");
        assertThat(rows("PENDING")).isZero();
    }

    @Test
    void sameContentOfTwoTenantsIsTwoObjects() throws Exception {
        StoredBlob north = blobs.store(NORTH, "image/png", ABC);
        StoredBlob south = blobs.store(SOUTH, "image/png", ABC);

        assertThat(south.object().key()).isNotEqualTo(north.object().key());
        assertThat(files()).hasSize(2);
    }

    @Test
    void sameContentStoredByManyAtOnceIsOneObject() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<Callable<StoredBlob>> stores = Collections.nCopies(12, () -> blobs.store(NORTH, "image/png", ABC));

        Set<BlobKey> keys = new HashSet<>();
        for (Future<StoredBlob> stored : threads.invokeAll(stores)) {
            keys.add(stored.get().object().key());
        }
        threads.shutdown();

        assertThat(keys).hasSize(1);
        assertThat(files()).hasSize(1);
    }

    @Test
    void secondCopyThatCannotBeDeletedIsLeftToTheSweep() throws Exception {
        blobs.store(NORTH, "image/png", ABC);
        Blobs failing = blobs(new RetryingStore(store) {
            @Override
            public void delete(ObjectKey key) {
                throw new BlobStoreUnavailableException("down", new IOException());
            }
        });

        assertThat(read(blobs.open(failing.store(NORTH, "image/png", ABC)))).isEqualTo("abc");

        assertThat(rows("PENDING")).isOne();
    }

    @Test
    void streamOfUnknownSizeIsABlob() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "application/pdf", stream("abc"));

        assertThat(blobs.find(NORTH, stored.id())).contains(stored);
        assertThat(stored.size()).isEqualTo(3);
        assertThat(stored.sha1().hex()).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    @Test
    void textIsCompressedAndNobodyNotices() throws Exception {
        String text = "Haemoglobin 13.2 g/dL\n".repeat(10_000);
        StoredBlob stored = blobs.store(NORTH, "text/plain", BlobContent.of(text.getBytes(UTF_8)));

        assertThat(stored.size()).isEqualTo(text.length());
        assertThat(stored.object().storedSize()).isLessThan(text.length() / 50);
        assertThat(Files.size(files().get(0))).isEqualTo(stored.object().storedSize());
        assertThat(read(blobs.open(stored))).isEqualTo(text);
        for (ByteRange range : List.of(
                new ByteRange(0, 1),
                new ByteRange(text.length() - 1, 1),
                new ByteRange(100_000, 77),
                new ByteRange(0, text.length()))) {
            assertThat(read(blobs.open(stored, range)))
                    .isEqualTo(text.substring((int) range.offset(), (int) range.last() + 1));
        }
    }

    @Test
    void compressedTextThatWasChangedInTheStoreIsNotServed() throws Exception {
        String text = "Haemoglobin 13.2 g/dL\n".repeat(10_000);
        StoredBlob stored = blobs.store(NORTH, "text/plain", BlobContent.of(text.getBytes(UTF_8)));
        byte[] bytes = Files.readAllBytes(files().get(0));
        bytes[bytes.length - 1] ^= 1;
        Files.write(files().get(0), bytes);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(blobs.open(stored)));
    }

    @Test
    void bytesThatWereChangedInTheStoreAreNeverServed() throws Exception {
        byte[] original = new byte[100_000];
        StoredBlob stored = blobs.store(NORTH, "image/png", BlobContent.of(original));
        byte[] changed = original.clone();
        changed[50_000] = 1;
        Files.write(files().get(0), changed);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> blobs.open(stored));

        StoredBlob quarantined = blobs.find(NORTH, stored.id()).orElseThrow();
        assertThat(quarantined.state()).isEqualTo(BlobState.QUARANTINED);
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> blobs.open(quarantined))
                .matches(it -> it.state() == BlobState.QUARANTINED);
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> blobs.open(quarantined, new ByteRange(0, 1)));
        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> blobs.downloadUrl(quarantined, Duration.ofMinutes(1)));
    }

    @Test
    void partOfAChangedPieceIsNotGivenEvenIfThatPartIsAsItWas() throws Exception {
        for (String type : new String[] {"image/png", "text/plain"}) {
            StoredBlob stored =
                    blobs.store(NORTH, type, BlobContent.of(type.repeat(10_000).getBytes(UTF_8)));
            Path file = directory.resolve(stored.object().key().value());
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);

            assertThatExceptionOfType(IOException.class).isThrownBy(() -> blobs.open(stored, new ByteRange(0, 10)));
        }
    }

    @Test
    void ofALongObjectOnlyPiecesThatAreAsTheyWereAreGiven() throws Exception {
        byte[] original = content(4 * PIECE - 10);
        StoredBlob stored = blobs.store(NORTH, "image/png", BlobContent.of(original));
        byte[] changed = original.clone();
        changed[2 * PIECE] ^= 1;
        Files.write(files().get(0), changed);

        for (ByteRange right : List.of(
                new ByteRange(0, 2 * PIECE),
                new ByteRange(PIECE - 1, 2),
                new ByteRange(2 * PIECE - 1, 1),
                new ByteRange(3 * PIECE, PIECE - 10),
                new ByteRange(original.length - 1, 1))) {
            assertThat(bytes(blobs.open(stored, right)))
                    .isEqualTo(Arrays.copyOfRange(original, (int) right.offset(), (int) right.last() + 1));
        }
        assertThat(blobs.find(NORTH, stored.id()).orElseThrow().state()).isEqualTo(BlobState.STORED);

        for (ByteRange wrong : List.of(
                new ByteRange(2 * PIECE, 1), new ByteRange(3 * PIECE - 1, 1), new ByteRange(0, original.length))) {
            database.sql("UPDATE salus_blob_object SET state = 'STORED'").update();
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
                try (InputStream content = blobs.open(stored, wrong)) {
                    content.transferTo(received);
                }
            });
            assertThat(received.toByteArray()).isEqualTo(Arrays.copyOf(original, (int)
                    Math.max(0, 2 * PIECE - wrong.offset())));
            assertThat(blobs.find(NORTH, stored.id()).orElseThrow().state()).isEqualTo(BlobState.QUARANTINED);
        }
    }

    @Test
    void objectThatWasStoredBeforePiecesHadDigestsIsReadOnceToGetThem() throws Exception {
        for (String type : List.of("image/png", "text/plain")) {
            byte[] original = content(2 * PIECE + type.length());
            StoredBlob stored = blobs.store(NORTH, type, BlobContent.of(original));
            database.sql("UPDATE salus_blob_object SET piece_digests = NULL").update();

            assertThat(bytes(blobs.open(stored, new ByteRange(2 * PIECE, 1))))
                    .isEqualTo(new byte[] {original[2 * PIECE]});

            assertThat(database.sql("SELECT octet_length(piece_digests) FROM salus_blob_object WHERE object_key = :key")
                            .param("key", stored.object().key().value())
                            .query(Integer.class)
                            .single())
                    .isEqualTo(3 * 32);
            assertThat(bytes(blobs.open(stored))).isEqualTo(original);
        }
    }

    @Test
    void changedObjectThatWasStoredBeforePiecesHadDigestsIsNotServed() throws Exception {
        byte[] changed = content(2 * PIECE + 1);
        StoredBlob stored = blobs.store(NORTH, "image/png", BlobContent.of(changed.clone()));
        database.sql("UPDATE salus_blob_object SET piece_digests = NULL").update();
        changed[0] ^= 1;
        Files.write(files().get(0), changed);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> blobs.open(stored, new ByteRange(2 * PIECE, 1)));

        assertThat(blobs.find(NORTH, stored.id()).orElseThrow().state()).isEqualTo(BlobState.QUARANTINED);
        assertThat(database.sql("SELECT piece_digests FROM salus_blob_object")
                        .query(byte[].class)
                        .optional())
                .isEmpty();
    }

    @Test
    void everyReadingIsOneRequestToTheStore() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        Blobs counted = blobs(new ForwardingStore(store) {
            @Override
            public InputStream open(ObjectKey key) {
                requests.incrementAndGet();
                return super.open(key);
            }

            @Override
            public InputStream open(ObjectKey key, ByteRange range) {
                requests.incrementAndGet();
                return super.open(key, range);
            }

            @Override
            public Optional<ObjectFacts> inspect(ObjectKey key) {
                requests.incrementAndGet();
                return super.inspect(key);
            }
        });
        StoredBlob stored = counted.store(NORTH, "image/png", BlobContent.of(content(3 * PIECE)));

        bytes(counted.open(stored));
        assertThat(requests.getAndSet(0)).isOne();
        bytes(counted.open(stored, new ByteRange(PIECE - 1, PIECE + 2)));
        assertThat(requests.get()).isOne();
    }

    @Test
    void piecesOfEveryLengthComeBackAsTheyWere() throws Exception {
        for (int size : new int[] {0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE - 1}) {
            byte[] original = content(size);
            StoredBlob asItIs = blobs.store(NORTH, "image/png", new ByteArrayInputStream(original));
            StoredBlob compressed = blobs.store(SOUTH, "text/plain", new ByteArrayInputStream(original));

            assertThat(bytes(blobs.open(asItIs))).isEqualTo(original);
            assertThat(bytes(blobs.open(compressed))).isEqualTo(original);
        }
    }

    @Test
    void rightBytesThatComeAgainAreNotMixedUpWithChangedOnes() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "image/png", ABC);
        Files.writeString(files().get(0), "abd");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(blobs.open(stored)));

        StoredBlob again = blobs.store(NORTH, "image/png", ABC);

        assertThat(again.object().key()).isNotEqualTo(stored.object().key());
        assertThat(read(blobs.open(again))).isEqualTo("abc");
    }

    @Test
    void archivedBytesAreNotWaitedFor() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "image/png", ABC);
        database.sql("UPDATE salus_blob_object SET state = 'ARCHIVED'").update();

        StoredBlob archived = blobs.find(NORTH, stored.id()).orElseThrow();

        assertThatExceptionOfType(BlobUnreadableException.class)
                .isThrownBy(() -> blobs.open(archived))
                .matches(it -> it.state() == BlobState.ARCHIVED);
    }

    @Test
    void missingBytesAreNotFound() throws Exception {
        StoredBlob stored = blobs.store(NORTH, "image/png", ABC);
        database.sql("UPDATE salus_blob_object SET state = 'MISSING'").update();

        StoredBlob missing = blobs.find(NORTH, stored.id()).orElseThrow();

        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> blobs.open(missing));
    }

    @Test
    void uploadBecomesABlobOnlyIfItIsWhatWasAnnounced() throws Exception {
        Staging staging = catalog.staging(store);
        StagingKey key = StagingKey.random(NORTH);
        Sha256 abc = blobs.store(SOUTH, "image/png", ABC).sha256();
        StagedContent announced = new StagedContent("text/plain", 3, abc);

        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> staging.adopt(key, announced));
        staging.receive(key, stream("abc"), 3);
        assertThatExceptionOfType(BlobMismatchException.class)
                .isThrownBy(() -> staging.adopt(key, new StagedContent("text/plain", 4, abc)));
        assertThatExceptionOfType(BlobMismatchException.class)
                .isThrownBy(() -> staging.adopt(key, new StagedContent("text/plain", 3, new Sha256("0".repeat(64)))));
        StoredBlob adopted = staging.adopt(key, announced);
        staging.discard(key);

        assertThat(blobs.find(NORTH, adopted.id())).contains(adopted);
        assertThat(adopted.object().encoding()).isEqualTo(Encoding.IDENTITY);
        assertThat(read(blobs.open(adopted))).isEqualTo("abc");
        assertThat(rows("PENDING")).isZero();
    }

    @Test
    void uploadThroughTheServerHasJustTheSizeThatWasAnnounced() {
        Staging staging = catalog.staging(store);
        StagingKey key = StagingKey.random(NORTH);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> staging.receive(key, stream("abc"), 2));
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> staging.receive(key, stream("abc"), 4));

        assertThat(store.inspect(key)).isEmpty();
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static byte[] bytes(InputStream content) throws IOException {
        try (content) {
            return content.readAllBytes();
        }
    }
}
