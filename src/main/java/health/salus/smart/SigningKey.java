package health.salus.smart;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import health.salus.secret.PrivateFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/** The file of the key that signs the tokens of this server, and beside it that of the key before. */
final class SigningKey {

    private static final String FILE = "token-signing.jwk.json";
    private static final String FILE_BEFORE = "token-signing-before.jwk.json";
    private static final int BITS = 2048;

    private SigningKey() {}

    /** Returns the RSA key pair in this folder, after making it if there is none. */
    static RSAKey in(Path folder) {
        Path path = folder.resolve(FILE);
        return parse(path, new PrivateFile(path).readOrCreate(() -> generate(Instant.now())));
    }

    /** Returns the key that signed before the present one, if there was one. */
    static Optional<RSAKey> before(Path folder) {
        Path path = folder.resolve(FILE_BEFORE);
        return new PrivateFile(path).read().map(content -> parse(path, content));
    }

    /** Makes another key; the present one is put aside first, so that none that has signed is ever lost. */
    static void replace(Path folder, RSAKey current, Instant now) {
        new PrivateFile(folder.resolve(FILE_BEFORE)).write(current.toJSONString());
        new PrivateFile(folder.resolve(FILE)).write(generate(now));
    }

    /** Returns when a key was made; keys of older versions do not say it, so their file does. */
    static Instant madeAt(Path folder, RSAKey key) {
        try {
            return key.getIssueTime() != null
                    ? key.getIssueTime().toInstant()
                    : Files.getLastModifiedTime(folder.resolve(FILE)).toInstant();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RSAKey parse(Path path, String content) {
        try {
            return RSAKey.parse(content);
        } catch (ParseException e) {
            throw new IllegalStateException("Not an RSA key in JWK format: " + path, e);
        }
    }

    private static String generate(Instant now) {
        try {
            return new RSAKeyGenerator(BITS)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .issueTime(Date.from(now))
                    .keyIDFromThumbprint(true)
                    .generate()
                    .toJSONString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
