package health.salus.blob;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Objects that are encrypted before they reach the store, with a key for each tenant. */
class EncryptedBlobsIT extends BlobCatalogTest {

    private static final Map<String, String> NORTH_ONLY = Map.of("salus.blob.encryption.tenants", "north");

    private final byte[] scan = bytes(200_000);
    private Path keysFile;
    private TenantKeys keys;
    private Blobs encrypted;

    @BeforeEach
    void startWithKeys() {
        keysFile = directory.resolveSibling(directory.getFileName() + "-data").resolve("keys/blob-master.keys");
        start();
    }

    private void start() {
        keys = catalog.keys(NORTH_ONLY, keysFile.getParent().getParent());
        encrypted = catalog.blobs(store, keys);
    }

    @Test
    void contentComesBackWholeAndInParts() throws Exception {
        StoredBlob stored = encrypted.store(NORTH, "image/png", BlobContent.of(scan));

        assertThat(stored.size()).isEqualTo(scan.length);
        assertThat(stored.object().storedSize()).isEqualTo(scan.length + 4 * 16);
        try (var content = encrypted.open(stored)) {
            assertThat(content.readAllBytes()).isEqualTo(scan);
        }
        try (var part = encrypted.open(stored, ByteRange.inclusive(65_000, 140_000))) {
            assertThat(part.readAllBytes()).isEqualTo(Arrays.copyOfRange(scan, 65_000, 140_001));
        }
    }

    @Test
    void textIsCompressedAndThenEncrypted() throws Exception {
        String letter = "Sehr geehrte Kollegin. ".repeat(5_000);
        StoredBlob stored = encrypted.store(NORTH, "text/plain", stream(letter));

        assertThat(stored.object().storedSize()).isLessThan(letter.length() / 10);
        assertThat(read(encrypted.open(stored))).isEqualTo(letter);
        assertThat(read(encrypted.open(stored, ByteRange.inclusive(5, 11)))).isEqualTo("geehrte");
        assertThat(Files.readAllBytes(file(stored))).isNotEqualTo(letter.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void storeSeesNothingOfThePlainBytes() throws Exception {
        StoredBlob stored = encrypted.store(NORTH, "application/pdf", ABC);

        assertThat(Files.readString(file(stored), StandardCharsets.ISO_8859_1)).doesNotContain("abc");
    }

    @Test
    void firstObjectMayComeInsideATransactionThatFails() {
        StoredBlob[] stored = new StoredBlob[1];

        rolledBack(() -> stored[0] = encrypted.store(NORTH, "image/png", ABC));
        start();

        StoredBlob found = encrypted.find(NORTH, stored[0].id()).orElseThrow();
        inTransaction(() -> assertThat(read(encrypted.open(found))).isEqualTo("abc"));
    }

    @Test
    void otherTenantsAreLeftAsTheyAre() throws Exception {
        StoredBlob stored = encrypted.store(SOUTH, "image/png", ABC);

        assertThat(stored.object().keyId()).isEmpty();
        assertThat(Files.readString(file(stored))).isEqualTo("abc");
    }

    @Test
    void equalBytesAreKeptOnceAndNotSharedWithPlainOnes() throws Exception {
        StoredBlob plain = blobs.store(NORTH, "image/png", BlobContent.of(scan));
        StoredBlob first = encrypted.store(NORTH, "image/png", BlobContent.of(scan));
        StoredBlob second = encrypted.store(NORTH, "image/jpeg", BlobContent.of(scan));

        assertThat(second.object().key()).isEqualTo(first.object().key());
        assertThat(first.object().key()).isNotEqualTo(plain.object().key());
        try (var content = encrypted.open(plain)) {
            assertThat(content.readAllBytes()).isEqualTo(scan);
        }
    }

    @Test
    void objectsThatWereSwappedInTheStoreAreQuarantined() throws Exception {
        StoredBlob mine = encrypted.store(NORTH, "image/png", BlobContent.of(scan));
        StoredBlob other = encrypted.store(NORTH, "image/png", BlobContent.of(bytes(scan.length)));
        Files.copy(file(other), file(mine), StandardCopyOption.REPLACE_EXISTING);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> encrypted.open(mine).read());

        assertThat(encrypted.find(NORTH, mine.id()).orElseThrow().state()).isEqualTo(BlobState.QUARANTINED);
    }

    @Test
    void changedByteIsFoundByARangeToo() throws Exception {
        StoredBlob stored = encrypted.store(NORTH, "image/png", BlobContent.of(bytes(600_000)));
        byte[] changed = Files.readAllBytes(file(stored));
        changed[300_000] ^= 1;
        Files.write(file(stored), changed);

        try (var untouched = encrypted.open(stored, ByteRange.inclusive(0, 9))) {
            assertThat(untouched.readAllBytes()).hasSize(10);
        }
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> encrypted
                        .open(stored, ByteRange.inclusive(290_000, 290_009))
                        .readAllBytes());
    }

    @Test
    void laterServerReadsWithTheSameKeysAndNoneStartsWithoutThem() throws Exception {
        StoredBlob stored = encrypted.store(NORTH, "image/png", ABC);

        start();
        assertThat(read(encrypted.open(stored))).isEqualTo("abc");
        assertThat(database.sql("SELECT count(*) FROM salus_blob_key")
                        .query(Integer.class)
                        .single())
                .isOne();

        Files.delete(keysFile);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(this::start)
                .withMessageContaining("salus.blob.encryption.master-keys");
        Files.writeString(keysFile, "other " + "ab".repeat(32));
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(this::start);
    }

    @Test
    void newMasterKeyWrapsAllKeysAndTheOldOneMayGo() throws Exception {
        StoredBlob stored = encrypted.store(NORTH, "image/png", ABC);
        String before = Files.readString(keysFile);

        Files.writeString(keysFile, "year-2 " + "cd".repeat(32) + "\n" + before);
        start();
        assertThat(database.sql("SELECT master_key FROM salus_blob_key")
                        .query(String.class)
                        .single())
                .isEqualTo("year-2");
        Files.writeString(keysFile, "year-2 " + "cd".repeat(32));
        start();

        assertThat(read(encrypted.open(stored))).isEqualTo("abc");
    }

    @Test
    void keyInTheRowOfAnotherTenantDoesNotOpen() throws Exception {
        encrypted.store(NORTH, "image/png", ABC);
        database.sql("UPDATE salus_blob_object SET key_id = NULL").update();
        database.sql("UPDATE salus_blob_key SET tenant_id = 'south'").update();

        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(this::start);
    }

    @Test
    void storeSignsNoAddressForThem() throws Exception {
        StoredBlob stored = encrypted.store(NORTH, "image/png", ABC);

        assertThat(encrypted.downloadUrl(stored, Duration.ofMinutes(1)))
                .isEqualTo(new DirectUrl.NotPresignable("It is encrypted in the store"));
        StagedContent announced = new StagedContent("image/png", 3, stored.sha256());
        Staging staging = catalog.staging(store, keys);
        assertThat(staging.uploadUrl(StagingKey.random(NORTH), announced, Duration.ofMinutes(1)))
                .isInstanceOf(DirectUrl.NotPresignable.class);
        assertThat(staging.beginParts(StagingKey.random(NORTH), announced)).isEmpty();
    }

    @Test
    void uploadIsEncryptedWhileItWaitsAndWhenItIsAdopted() throws Exception {
        Sha256 sha256 = blobs.store(SOUTH, "image/png", BlobContent.of(scan)).sha256();
        Staging staging = catalog.staging(store, keys);
        StagingKey key = StagingKey.random(NORTH);
        staging.receive(key, new ByteArrayInputStream(scan), scan.length);
        try (var staged = store.open(key)) {
            assertThat(staged.readNBytes(100)).isNotEqualTo(Arrays.copyOf(scan, 100));
        }

        assertThatExceptionOfType(BlobMismatchException.class)
                .isThrownBy(() -> staging.adopt(key, new StagedContent("video/mp4", scan.length - 1, sha256)));
        assertThatExceptionOfType(BlobMismatchException.class)
                .isThrownBy(() ->
                        staging.adopt(key, new StagedContent("video/mp4", scan.length, new Sha256("0".repeat(64)))));
        StoredBlob adopted = staging.adopt(key, new StagedContent("video/mp4", scan.length, sha256));

        assertThat(adopted.object().keyId()).isPresent();
        try (var content = encrypted.open(adopted)) {
            assertThat(content.readAllBytes()).isEqualTo(scan);
        }
    }

    private Path file(StoredBlob blob) {
        return directory.resolve(blob.object().key().value());
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random().nextBytes(bytes);
        return bytes;
    }
}
