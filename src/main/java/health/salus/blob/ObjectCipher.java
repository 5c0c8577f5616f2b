package health.salus.blob;

import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.UUID;

/**
 * Encrypts one object in frames of 64 kB, each under AES-256-GCM with a tag of its own, so that a part can be read alone and no
 * byte is given away that was not found to be the right one.
 *
 * <p>The key is made for this object alone, of the tenant's key and the object's (HKDF-Expand, RFC 5869, with HMAC-SHA-256):
 * another object's frames do not open with it. The nonce is the number of the frame and whether it is the last one, as in the
 * STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, 2015): frames that were left out, put elsewhere or added do not
 * open either. An object is written once, so no nonce is used twice.
 */
final class ObjectCipher {

    private static final int FRAME = 64 * 1024;
    private static final int TAG = 16;
    private static final int SEALED = FRAME + TAG;
    private static final String PURPOSE = "salus object 1\n";

    private final UUID keyId;
    private final SecretKeySpec key;

    ObjectCipher(ObjectKey object, UUID keyId, byte[] tenantKey) {
        this.keyId = keyId;
        this.key = derive(tenantKey, object);
    }

    /** Names the tenant's key, without which nothing can be read. */
    UUID keyId() {
        return keyId;
    }

    /** How many plain bytes an object of this size has. */
    static long plainSize(long storedSize) {
        return storedSize - frames(storedSize) * TAG;
    }

    /** What goes into the store. */
    InputStream encrypt(InputStream plain) {
        return new FrameInputStream() {
            private byte[] next = new byte[0];
            private long index = -1;

            @Override
            byte[] nextFrame() throws IOException {
                if (index < 0) {
                    next = plain.readNBytes(FRAME);
                } else if (next.length == 0) {
                    return END;
                }
                byte[] current = next;
                // The last frame has to know that it is, so one is read ahead.
                next = current.length == FRAME ? plain.readNBytes(FRAME) : new byte[0];
                index++;
                return seal(current, index, next.length == 0);
            }
        };
    }

    /**
     * Opens a whole object.
     *
     * @param stored     all of it
     * @param onTampered runs once, before the reader is told
     */
    InputStream decrypt(InputStream stored, long storedSize, Runnable onTampered) {
        return new Opened(stored, 0, storedSize, onTampered);
    }

    /** The bytes of an object in the store that have to be read for some plain ones. */
    static ByteRange framesOf(ByteRange plain, long storedSize) {
        long start = plain.offset() / FRAME * SEALED;
        long end = Math.min(storedSize, (plain.last() / FRAME + 1) * SEALED);
        return new ByteRange(start, end - start);
    }

    /**
     * Opens a part of an object.
     *
     * @param stored what {@link #framesOf} says
     */
    InputStream decrypt(InputStream stored, ByteRange plain, long storedSize, Runnable onTampered) throws IOException {
        InputStream frames = new Opened(stored, plain.offset() / FRAME, storedSize, onTampered);
        try {
            frames.skipNBytes(plain.offset() % FRAME);
            return ExactInputStream.partOf(frames, plain.length());
        } catch (IOException e) {
            frames.close();
            throw e;
        }
    }

    private static long frames(long storedSize) {
        return (storedSize + SEALED - 1) / SEALED;
    }

    private byte[] seal(byte[] frame, long index, boolean last) throws IOException {
        try {
            return cipher(Cipher.ENCRYPT_MODE, index, last).doFinal(frame);
        } catch (GeneralSecurityException e) {
            throw new IOException("The content cannot be encrypted", e);
        }
    }

    private Cipher cipher(int mode, long index, boolean last) throws GeneralSecurityException {
        byte[] nonce =
                ByteBuffer.allocate(12).putInt(last ? 1 : 0).putLong(index).array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
        return cipher;
    }

    private static SecretKeySpec derive(byte[] tenantKey, ObjectKey object) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(tenantKey, "HmacSHA256"));
            mac.update((PURPOSE + object.value()).getBytes(StandardCharsets.US_ASCII));
            // The number of the block, of which one is enough.
            mac.update((byte) 1);
            return MasterKeys.aes(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HMAC-SHA-256", e);
        }
    }

    /** The plain bytes of some frames. */
    private final class Opened extends FrameInputStream {

        private final InputStream stored;
        private final long last;
        private final Runnable onTampered;
        private long index;

        Opened(InputStream stored, long first, long storedSize, Runnable onTampered) {
            this.stored = stored;
            this.index = first;
            this.last = frames(storedSize) - 1;
            this.onTampered = onTampered;
        }

        @Override
        byte[] nextFrame() throws IOException {
            byte[] sealed = stored.readNBytes(SEALED);
            if (sealed.length == 0) {
                return END;
            }
            try {
                byte[] plain = cipher(Cipher.DECRYPT_MODE, index, index == last).doFinal(sealed);
                index++;
                return plain;
            } catch (GeneralSecurityException e) {
                onTampered.run();
                throw new IOException("The store gave back something else than was stored", e);
            }
        }

        @Override
        public void close() throws IOException {
            stored.close();
        }
    }
}
