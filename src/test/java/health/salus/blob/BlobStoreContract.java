package health.salus.blob;

import health.salus.tenant.TenantId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What every {@link BlobStore} keeps to, whatever lies behind it. */
abstract class BlobStoreContract {

    private static final byte[] TEN_BYTES = "0123456789".getBytes(UTF_8);

    private BlobStore store;

    /** The store under test; tests use keys of their own, so it may hold other objects. */
    abstract BlobStore store() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = store();
    }

    @Test
    void openGivesBackWhatPutTook() throws Exception {
        BlobKey key = newKey();

        store.put(key, BlobContent.of(TEN_BYTES));

        assertThat(read(store.open(key))).isEqualTo(TEN_BYTES);
    }

    @Test
    void emptyObjectIsAnObject() throws Exception {
        BlobKey key = newKey();

        store.put(key, BlobContent.of(new byte[0]));

        assertThat(read(store.open(key))).isEmpty();
        assertThatExceptionOfType(BlobRangeException.class).isThrownBy(() -> store.open(key, new ByteRange(0, 1)));
    }

    @Test
    void objectOfTwentyMegabytesComesBackByteForByte() throws Exception {
        BlobKey key = newKey();
        byte[] bytes = randomBytes(20 * 1024 * 1024 + 1);

        store.put(key, BlobContent.of(bytes));

        assertThat(read(store.open(key))).isEqualTo(bytes);
        assertThat(read(store.open(key, new ByteRange(10_000_000, 3)))).isEqualTo(slice(bytes, 10_000_000, 3));
    }

    @Test
    void rangesGiveExactlyTheirBytes() throws Exception {
        BlobKey key = storeTenBytes();

        assertThat(read(store.open(key, new ByteRange(0, 1)))).asString(UTF_8).isEqualTo("0");
        assertThat(read(store.open(key, new ByteRange(9, 1)))).asString(UTF_8).isEqualTo("9");
        assertThat(read(store.open(key, new ByteRange(3, 4)))).asString(UTF_8).isEqualTo("3456");
        assertThat(read(store.open(key, new ByteRange(0, 10)))).isEqualTo(TEN_BYTES);
    }

    @Test
    void rangesBeyondTheEndAreRefused() throws Exception {
        BlobKey key = storeTenBytes();

        for (ByteRange range :
                List.of(new ByteRange(9, 2), new ByteRange(10, 1), new ByteRange(5, Long.MAX_VALUE - 5))) {
            assertThatExceptionOfType(BlobRangeException.class).isThrownBy(() -> store.open(key, range));
        }
    }

    @Test
    void streamMayBeClosedBeforeItsEnd() throws Exception {
        BlobKey key = newKey();
        byte[] bytes = randomBytes(5_000_000);
        store.put(key, BlobContent.of(bytes));

        // More often than a store has connections.
        for (int i = 0; i < 210; i++) {
            try (InputStream stream = store.open(key)) {
                assertThat(stream.read()).isEqualTo(Byte.toUnsignedInt(bytes[0]));
            }
        }

        assertThat(read(store.open(key))).isEqualTo(bytes);
    }

    @Test
    void putKeepsTheFirstContentWhenTheKeyExists() throws Exception {
        BlobKey key = storeTenBytes();

        assertThatExceptionOfType(BlobExistsException.class)
                .isThrownBy(() -> store.put(key, BlobContent.of("other".getBytes(UTF_8))));
        assertThatExceptionOfType(BlobExistsException.class)
                .isThrownBy(() -> store.put(key, BlobContent.of(TEN_BYTES)));

        assertThat(read(store.open(key))).isEqualTo(TEN_BYTES);
    }

    @Test
    void onlyOneOfManyPutsOfOneKeySucceeds() throws Exception {
        BlobKey key = newKey();
        List<Callable<String>> puts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String content = "content " + i;
            puts.add(() -> putOrNothing(key, content));
        }

        List<String> written = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(puts.size());
        for (Future<String> put : threads.invokeAll(puts)) {
            written.add(put.get());
        }
        threads.shutdown();

        assertThat(written).filteredOn(it -> !it.isEmpty()).hasSize(1);
        assertThat(written).contains(new String(read(store.open(key)), UTF_8));
    }

    @Test
    void objectThatWasNeverPutIsNotFound() {
        BlobKey key = newKey();

        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> store.open(key));
        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> store.open(key, new ByteRange(0, 1)));
    }

    @Test
    void objectsOfTwoTenantsWithTheSameNameAreTwoObjects() throws Exception {
        BlobKey key = storeTenBytes();
        BlobKey others = new BlobKey(new TenantId("other"), key.object());

        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> store.open(others));
    }

    @Test
    void deletedObjectIsNotFoundAndCanBeDeletedAgain() throws Exception {
        BlobKey key = storeTenBytes();

        store.delete(key);
        store.delete(key);
        store.delete(newKey());

        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> store.open(key));
    }

    @Test
    void contentShorterThanItSaysLeavesNoObject() {
        BlobKey key = newKey();

        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> store.put(key, new Content(11, () -> new ByteArrayInputStream(TEN_BYTES))));

        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> store.open(key));
    }

    @Test
    void contentLongerThanItSaysLeavesNoObject() {
        for (int size : new int[] {0, 9}) {
            BlobKey key = newKey();

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> store.put(key, new Content(size, () -> new ByteArrayInputStream(TEN_BYTES))))
                    .withMessageContaining("longer");

            assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> store.open(key));
        }
    }

    @Test
    void contentThatCannotBeReadIsNotTheStoresFault() {
        BlobKey key = newKey();
        IOException gone = new IOException("client is gone");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store.put(key, new Content(10, () -> {
                    throw gone;
                })))
                .isSameAs(gone);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store.put(key, new Content(10, () -> new BrokenStream(gone))))
                .withStackTraceContaining("client is gone");

        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> store.open(key));
    }

    @Test
    void streamOfUnknownSizeIsStoredToItsEnd() throws Exception {
        for (int size : new int[] {0, 1, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 5_000_000}) {
            BlobKey key = newKey();
            byte[] bytes = randomBytes(size);

            assertThat(store.put(key, new ByteArrayInputStream(bytes))).isEqualTo(size);

            assertThat(read(store.open(key))).isEqualTo(bytes);
        }
    }

    @Test
    void streamThatBreaksLeavesNoObject() {
        BlobKey key = newKey();
        IOException gone = new IOException("client is gone");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store.put(key, new BrokenStream(gone)))
                .isSameAs(gone);

        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> store.open(key));
    }

    @Test
    void streamNeverReplacesAnObject() throws Exception {
        BlobKey key = storeTenBytes();

        assertThatExceptionOfType(BlobExistsException.class)
                .isThrownBy(() -> store.put(key, new ByteArrayInputStream(randomBytes(2_000_000))));

        assertThat(read(store.open(key))).isEqualTo(TEN_BYTES);
    }

    @Test
    void inspectTellsTheSizeOfAnObjectThatIsThere() throws Exception {
        assertThat(store.inspect(storeTenBytes()).orElseThrow().size()).isEqualTo(10);
        assertThat(store.inspect(newKey())).isEmpty();
    }

    @Test
    void listHasTheObjectsAndNotTheUploads() throws Exception {
        BlobKey key = storeTenBytes();
        StagingKey upload = stageTenBytes();

        try (Stream<ListedObject> objects = store.list()) {
            assertThat(objects.toList())
                    .contains(new ListedObject(key.value(), 10))
                    .noneMatch(it -> it.name().equals(upload.value()));
        }
    }

    @Test
    void leftoversAreUploadsAndNeverObjects() throws Exception {
        BlobKey key = storeTenBytes();
        StagingKey upload = stageTenBytes();

        assertThat(store.discardLeftovers(Duration.ofHours(1))).isZero();
        assertThat(store.inspect(upload)).isPresent();
        Thread.sleep(1100);
        assertThat(store.discardLeftovers(Duration.ZERO)).isPositive();

        assertThat(store.inspect(upload)).isEmpty();
        assertThat(store.inspect(key)).isPresent();
    }

    @Test
    void acceptedUploadIsAnObject() throws Exception {
        StagingKey upload = stageTenBytes();
        BlobKey key = newKey();

        store.accept(upload, store.inspect(upload).orElseThrow().version(), key);
        store.delete(upload);

        assertThat(read(store.open(key))).isEqualTo(TEN_BYTES);
        assertThat(store.inspect(upload)).isEmpty();
    }

    @Test
    void uploadThatWasReplacedIsNotAccepted() throws Exception {
        StagingKey upload = stageTenBytes();
        String checked = store.inspect(upload).orElseThrow().version();
        store.delete(upload);
        store.put(upload, BlobContent.of("something else".getBytes(UTF_8)));
        BlobKey key = newKey();

        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> store.accept(upload, checked, key));
        store.delete(upload);
        assertThatExceptionOfType(BlobNotFoundException.class).isThrownBy(() -> store.accept(upload, checked, key));

        assertThat(store.inspect(key)).isEmpty();
    }

    @Test
    void acceptNeverReplacesAnObject() throws Exception {
        StagingKey upload = stageTenBytes();
        BlobKey key = newKey();
        store.put(key, BlobContent.of("first".getBytes(UTF_8)));

        assertThatExceptionOfType(BlobExistsException.class)
                .isThrownBy(() ->
                        store.accept(upload, store.inspect(upload).orElseThrow().version(), key));

        assertThat(read(store.open(key))).asString(UTF_8).isEqualTo("first");
    }

    private StagingKey stageTenBytes() throws IOException {
        StagingKey key = StagingKey.random(TenantId.DEFAULT);
        store.put(key, BlobContent.of(TEN_BYTES));
        return key;
    }

    static BlobKey newKey() {
        return BlobKey.random(TenantId.DEFAULT);
    }

    static byte[] read(InputStream stream) throws IOException {
        try (stream) {
            return stream.readAllBytes();
        }
    }

    private BlobKey storeTenBytes() throws IOException {
        BlobKey key = newKey();
        store.put(key, BlobContent.of(TEN_BYTES));
        return key;
    }

    private String putOrNothing(BlobKey key, String content) throws IOException {
        try {
            store.put(key, BlobContent.of(content.getBytes(UTF_8)));
            return content;
        } catch (BlobExistsException e) {
            return "";
        }
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] slice(byte[] bytes, int offset, int length) {
        return new ByteArrayInputStream(bytes, offset, length).readAllBytes();
    }

    /** Breaks after its first byte, as the connection of a client does. */
    private static final class BrokenStream extends InputStream {

        private final IOException failure;
        private boolean first = true;

        BrokenStream(IOException failure) {
            this.failure = failure;
        }

        @Override
        public int read() throws IOException {
            if (first) {
                first = false;
                return 'x';
            }
            throw failure;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            buffer[offset] = (byte) read();
            return 1;
        }
    }
}
