package health.salus.blob;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.nio.file.Path;
import java.util.List;

/**
 * Encryption of objects before they reach the store, which then sees nothing but noise.
 *
 * @param tenants    {@code salus.blob.encryption.tenants}: whose new objects are encrypted, {@code *} for all; what lies in the
 *                   store already stays as it is, and stays readable
 * @param masterKeys {@code salus.blob.encryption.master-keys}: the file with the keys that wrap those of the tenants, each line a
 *                   name and 64 hexadecimal digits; the first wraps, all unwrap. Without it, {@code keys/blob-master.keys} in the
 *                   data directory, which is made when it is first needed. Without these keys the objects are lost
 */
record EncryptionSettings(
        @DefaultValue List<String> tenants, @Nullable Path masterKeys) {

    private static final String ALL = "*";

    boolean includes(TenantId tenant) {
        return tenants.contains(ALL) || tenants.contains(tenant.value());
    }
}
