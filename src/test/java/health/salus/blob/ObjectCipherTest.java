package health.salus.blob;

import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Frames that are what was stored, where it was stored, open; nothing else does. */
class ObjectCipherTest {

    private static final int FRAME = 64 * 1024;
    private static final int SEALED = FRAME + 16;
    private static final byte[] KEY = bytes(32);

    private final BlobKey object = BlobKey.random(new TenantId("north"));
    private final ObjectCipher cipher = cipher(object, KEY);
    private final AtomicInteger alarms = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 3 * FRAME + 17})
    void everySizeComesBack(int size) throws IOException {
        byte[] plain = bytes(size);
        byte[] stored = encrypt(plain);

        assertThat(stored).hasSize(size + 16 * Math.max(1, (size + FRAME - 1) / FRAME));
        assertThat(ObjectCipher.plainSize(stored.length)).isEqualTo(size);
        assertThat(decrypt(stored)).isEqualTo(plain);
    }

    @Test
    void everyRangeComesBack() throws IOException {
        byte[] plain = bytes(3 * FRAME + 17);
        byte[] stored = encrypt(plain);
        int[] edges = {0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME - 1, 2 * FRAME, 3 * FRAME, plain.length - 1};
        for (int first : edges) {
            for (int last : edges) {
                if (first <= last) {
                    assertThat(range(stored, ByteRange.inclusive(first, last)))
                            .isEqualTo(Arrays.copyOfRange(plain, first, last + 1));
                }
            }
        }
    }

    @Test
    void rangeReadsTheFramesItNeedsAndNoOthers() {
        long stored = 3 * SEALED + 33;

        assertThat(ObjectCipher.framesOf(ByteRange.inclusive(0, 0), stored)).isEqualTo(new ByteRange(0, SEALED));
        assertThat(ObjectCipher.framesOf(ByteRange.inclusive(FRAME - 1, FRAME), stored))
                .isEqualTo(new ByteRange(0, 2 * SEALED));
        assertThat(ObjectCipher.framesOf(ByteRange.inclusive(3 * FRAME, 3 * FRAME), stored))
                .isEqualTo(new ByteRange(3 * SEALED, 33));
    }

    @Test
    void equalFramesLookDifferent() throws IOException {
        byte[] stored = encrypt(new byte[2 * FRAME]);

        assertThat(Arrays.copyOf(stored, SEALED)).isNotEqualTo(Arrays.copyOfRange(stored, SEALED, 2 * SEALED));
    }

    @Test
    void changedBitIsNeverGivenAway() throws IOException {
        byte[] stored = encrypt(bytes(2 * FRAME));
        for (int place : new int[] {0, FRAME, SEALED - 1, SEALED, 2 * SEALED - 1}) {
            byte[] changed = stored.clone();
            changed[place] ^= 1;
            tampered(changed);
        }
        byte[] changed = stored.clone();
        changed[5] ^= 1;
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> range(changed, ByteRange.inclusive(100, 101)));
    }

    @Test
    void framesInAnotherOrderDoNotOpen() throws IOException {
        byte[] stored = encrypt(bytes(3 * FRAME));
        byte[] swapped = stored.clone();
        System.arraycopy(stored, 0, swapped, SEALED, SEALED);
        System.arraycopy(stored, SEALED, swapped, 0, SEALED);

        tampered(swapped);
    }

    @Test
    void objectThatWasCutBetweenTwoFramesDoesNotOpen() throws IOException {
        byte[] stored = encrypt(bytes(3 * FRAME));
        byte[] cut = Arrays.copyOf(stored, 2 * SEALED);

        // Whether or not somebody has cut the size in the catalog too.
        tampered(cut);
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> cipher.decrypt(
                                ExactInputStream.wholeOf(new ByteArrayInputStream(cut), stored.length),
                                stored.length,
                                alarms::incrementAndGet)
                        .readAllBytes());
    }

    @Test
    void objectInThePlaceOfAnotherDoesNotOpen() throws IOException {
        byte[] other = encrypt(cipher(BlobKey.random(new TenantId("north")), KEY), bytes(100));

        tampered(other);
    }

    @Test
    void keyOfAnotherTenantDoesNotOpenIt() throws IOException {
        tampered(encrypt(cipher(object, bytes(32)), bytes(100)));
    }

    private void tampered(byte[] stored) {
        int before = alarms.get();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> decrypt(stored));
        assertThat(alarms.get()).isEqualTo(before + 1);
    }

    private byte[] decrypt(byte[] stored) throws IOException {
        return cipher.decrypt(new ByteArrayInputStream(stored), stored.length, alarms::incrementAndGet)
                .readAllBytes();
    }

    private byte[] range(byte[] stored, ByteRange range) throws IOException {
        ByteRange frames = ObjectCipher.framesOf(range, stored.length);
        byte[] part = Arrays.copyOfRange(stored, (int) frames.offset(), (int) (frames.offset() + frames.length()));
        return cipher.decrypt(new ByteArrayInputStream(part), range, stored.length, alarms::incrementAndGet)
                .readAllBytes();
    }

    private byte[] encrypt(byte[] plain) throws IOException {
        return encrypt(cipher, plain);
    }

    private static byte[] encrypt(ObjectCipher cipher, byte[] plain) throws IOException {
        return cipher.encrypt(new ByteArrayInputStream(plain)).readAllBytes();
    }

    private static ObjectCipher cipher(BlobKey object, byte[] key) {
        return new ObjectCipher(object, UUID.randomUUID(), key);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random().nextBytes(bytes);
        return bytes;
    }
}
