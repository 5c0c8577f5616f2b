package health.salus.blob;

import health.salus.secret.PrivateFile;
import health.salus.tenant.TenantId;
import jakarta.annotation.PostConstruct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The keys of the tenants, {@code salus_blob_key}; a tenant gets its key with the first object that is encrypted. */
@Component
class TenantKeys {

    private static final Logger LOG = LoggerFactory.getLogger(TenantKeys.class);
    private static final String SELECT = "SELECT id, tenant_id, master_key, wrapped FROM salus_blob_key";

    private final JdbcClient database;
    private final TransactionTemplate ownTransaction;
    private final EncryptionSettings settings;
    private final PrivateFile file;
    private final Map<UUID, byte[]> known = new ConcurrentHashMap<>();
    private final Map<TenantId, UUID> current = new ConcurrentHashMap<>();

    TenantKeys(
            JdbcClient database,
            PlatformTransactionManager transactions,
            BlobSettings settings,
            @Value("${salus.data-dir}") Path dataDirectory) {
        this.database = database;
        this.ownTransaction = new TransactionTemplate(transactions);
        // Objects that are encrypted with a key are there, whatever becomes of the transaction around us.
        this.ownTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.settings = settings.encryption();
        this.file = new PrivateFile(Optional.ofNullable(this.settings.masterKeys())
                .orElseGet(() -> dataDirectory.resolve("keys").resolve("blob-master.keys")));
    }

    /**
     * Opens all keys, so that a server without the right master key does not even start, and wraps with the current master key
     * what another one has wrapped.
     *
     * @throws IllegalStateException if there is a key that the master keys do not open
     */
    @PostConstruct
    void open() {
        List<WrappedKey> keys =
                database.sql(SELECT).query((row, number) -> wrapped(row)).list();
        if (keys.isEmpty()) {
            return;
        }
        MasterKeys master = masterKeys();
        for (WrappedKey key : keys) {
            byte[] open = master.unwrap(key.tenant(), key.id(), key.master(), key.bytes());
            known.put(key.id(), open);
            if (!key.master().equals(master.current())) {
                rewrap(key, open, master);
            }
        }
    }

    boolean encrypts(TenantId tenant) {
        return settings.includes(tenant);
    }

    /** How a new object is encrypted; nothing if it is not. */
    Optional<ObjectCipher> forNew(ObjectKey object) {
        return encrypts(object.tenant())
                ? Optional.of(cipher(object, current.computeIfAbsent(object.tenant(), this::findOrCreate)))
                : Optional.empty();
    }

    /** How an object was encrypted. */
    ObjectCipher cipher(ObjectKey object, UUID key) {
        return new ObjectCipher(object, key, known.computeIfAbsent(key, this::find));
    }

    private UUID findOrCreate(TenantId tenant) {
        return keyOf(tenant).orElseGet(() -> {
            ownTransaction.executeWithoutResult(status -> create(tenant));
            // Another server may have been faster; the table takes one key of a tenant.
            return keyOf(tenant).orElseThrow();
        });
    }

    private Optional<UUID> keyOf(TenantId tenant) {
        return database.sql("SELECT id FROM salus_blob_key WHERE tenant_id = :tenant")
                .param("tenant", tenant.value())
                .query(UUID.class)
                .optional();
    }

    private void create(TenantId tenant) {
        MasterKeys master = MasterKeys.readOrCreate(file);
        UUID id = UUID.randomUUID();
        database.sql("""
                        INSERT INTO salus_blob_key (id, tenant_id, master_key, wrapped)
                        VALUES (:id, :tenant, :master, :wrapped)
                        ON CONFLICT (tenant_id) DO NOTHING
                        """)
                .param("id", id)
                .param("tenant", tenant.value())
                .param("master", master.current())
                .param("wrapped", master.wrap(tenant, id, MasterKeys.newKey()))
                .update();
        LOG.info("Made the key {} of tenant {}, wrapped with the master key {}", id, tenant, master.current());
    }

    private byte[] find(UUID id) {
        WrappedKey key = database.sql(SELECT + " WHERE id = :id")
                .param("id", id)
                .query((row, number) -> wrapped(row))
                .single();
        return masterKeys().unwrap(key.tenant(), id, key.master(), key.bytes());
    }

    private MasterKeys masterKeys() {
        return MasterKeys.read(file)
                .orElseThrow(
                        () -> new IllegalStateException("Objects are encrypted, and the file with the master keys is "
                                + "missing (salus.blob.encryption.master-keys): " + file.path()));
    }

    private void rewrap(WrappedKey key, byte[] open, MasterKeys master) {
        database.sql("""
                        UPDATE salus_blob_key SET master_key = :master, wrapped = :wrapped
                         WHERE id = :id AND master_key = :before
                        """)
                .param("master", master.current())
                .param("wrapped", master.wrap(key.tenant(), key.id(), open))
                .param("id", key.id())
                .param("before", key.master())
                .update();
        LOG.info("Wrapped the key {} of tenant {} with the master key {}", key.id(), key.tenant(), master.current());
    }

    private static WrappedKey wrapped(ResultSet row) throws SQLException {
        return new WrappedKey(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant_id")),
                row.getString("master_key"),
                row.getBytes("wrapped"));
    }

    private record WrappedKey(UUID id, TenantId tenant, String master, byte[] bytes) {}
}
