package health.salus.upload;

import health.salus.blob.DirectUrl;
import health.salus.secret.PrivateFile;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

/**
 * Signed addresses of this server, for stores that clients cannot reach. A signature is good for one method, one tenant, one
 * thing of one length, until one moment; whoever has the address needs nothing else.
 */
@Component
class TransferAddresses {

    static final String PATH = "/transfer";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final String publicUrl;
    private final SecretKeySpec key;
    private final Tenants tenants;

    TransferAddresses(
            @Value("${salus.public-url}") String publicUrl,
            @Value("${salus.data-dir}") Path dataDirectory,
            Tenants tenants) {
        this.publicUrl = publicUrl;
        this.tenants = tenants;
        String secret = new PrivateFile(dataDirectory.resolve("keys").resolve("transfer.key"))
                .readOrCreate(TransferAddresses::newKey);
        this.key = new SecretKeySpec(HexFormat.of().parseHex(secret.strip()), ALGORITHM);
    }

    DirectUrl.Signed upload(UploadSession session, Duration lifetime) {
        return sign(
                "PUT", session.key().tenant(), session.id(), session.content().size(), lifetime);
    }

    /** @param blob the id of a blob, and its size */
    DirectUrl.Signed download(TenantId tenant, UUID blob, long size, Duration lifetime) {
        return sign("GET", tenant, blob, size, lifetime);
    }

    /** Tells whether a signature is ours, for just this, and not too old; and whether the tenant is still let in. */
    boolean isGood(String method, TenantId tenant, UUID id, long size, long expires, String signature) {
        return Instant.now().getEpochSecond() < expires
                && tenants.find(tenant).isPresent()
                && MessageDigest.isEqual(
                        signature(method, tenant, id, size, expires).getBytes(StandardCharsets.US_ASCII),
                        signature.getBytes(StandardCharsets.UTF_8));
    }

    private DirectUrl.Signed sign(String method, TenantId tenant, UUID id, long size, Duration lifetime) {
        Instant expires = Instant.ofEpochSecond(Instant.now().plus(lifetime).getEpochSecond());
        String signature = signature(method, tenant, id, size, expires.getEpochSecond());
        URI url = URI.create(publicUrl + PATH + "/" + tenant + "/" + id + "?expires=" + expires.getEpochSecond()
                + "&signature=" + signature);
        return new DirectUrl.Signed(method, url, Map.of(), expires);
    }

    private String signature(String method, TenantId tenant, UUID id, long size, long expires) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            String signed = String.join("\n", method, tenant.value(), id.toString(), size + "", expires + "");
            return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }

    private static String newKey() {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
