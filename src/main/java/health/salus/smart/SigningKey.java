package health.salus.smart;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import health.salus.secret.PrivateFile;

import java.nio.file.Path;
import java.text.ParseException;

/** The key that signs the tokens of this server: made at the first start, kept on disk, used ever after. */
final class SigningKey {

    private static final String FILE = "token-signing.jwk.json";
    private static final int BITS = 2048;

    private SigningKey() {}

    /** Returns the RSA key pair in this folder, after making it if there is none. */
    static RSAKey in(Path folder) {
        Path path = folder.resolve(FILE);
        try {
            return RSAKey.parse(
                    new PrivateFile(path).readOrCreate(() -> generate().toJSONString()));
        } catch (ParseException e) {
            throw new IllegalStateException("Not an RSA key in JWK format: " + path, e);
        }
    }

    private static RSAKey generate() {
        try {
            return new RSAKeyGenerator(BITS)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
