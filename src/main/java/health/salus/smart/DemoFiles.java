package health.salus.smart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import health.salus.secret.PrivateFile;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * The secrets of the demo accounts on disk. They are the truth: the database follows them at every start, so a crash
 * between the two heals itself.
 *
 * @param folder where the files are
 */
record DemoFiles(Path folder) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PASSWORD_BYTES = 12;

    /** Returns the users, with new passwords if there are none yet. */
    List<DemoUser> users() {
        try {
            String file = new PrivateFile(folder.resolve("users.json")).readOrCreate(DemoFiles::newUsers);
            return JSON.readValue(file, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Not a list of demo users: " + folder.resolve("users.json"), e);
        }
    }

    /** Returns the key of the demo backend service, a new one if there is none yet. */
    ECKey backendKey() {
        PrivateFile file = new PrivateFile(folder.resolve(DemoAccounts.BACKEND + ".jwk.json"));
        try {
            return ECKey.parse(file.readOrCreate(DemoFiles::newKey));
        } catch (ParseException e) {
            throw new IllegalStateException("Not an EC key in JWK format: " + file.path(), e);
        }
    }

    private static String newUsers() {
        try {
            return JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(Stream.of(
                                    newUser("admin", Role.ADMIN),
                                    newUser("doctor", Role.PRACTITIONER),
                                    newUser("patient", Role.PATIENT))
                            .toList());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DemoUser newUser(String username, Role role) {
        byte[] password = new byte[PASSWORD_BYTES];
        RANDOM.nextBytes(password);
        return new DemoUser(username, Base64.getUrlEncoder().encodeToString(password), role.code());
    }

    private static String newKey() {
        try {
            return new ECKeyGenerator(Curve.P_384)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES384)
                    .keyIDFromThumbprint(true)
                    .generate()
                    .toJSONString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
