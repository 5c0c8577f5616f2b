package health.salus.tenant;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The tenants of this server, kept in {@code salus_tenant}. */
@Component
public class Tenants {

    // Every request asks several times. What this server changes counts at once, what another one has after this time.
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final JdbcClient database;
    private final Map<TenantId, Known> known = new ConcurrentHashMap<>();

    Tenants(JdbcClient database) {
        this.database = database;
    }

    /** Finds a tenant by its id, or nothing if there is none or it is disabled. */
    public Optional<Tenant> find(TenantId id) {
        Known last = known.get(id);
        if (last != null && System.nanoTime() - last.since() < FRESH) {
            return Optional.of(last.tenant());
        }
        long asked = System.nanoTime();
        Optional<Tenant> found = database.sql(
                        "SELECT id, partition_id FROM salus_tenant WHERE id = :id AND disabled_at IS NULL")
                .param("id", id.value())
                .query((row, number) -> tenant(row))
                .optional();
        // Only what exists is kept, so that made-up names fill no memory.
        found.ifPresentOrElse(it -> known.put(id, new Known(it, asked)), () -> known.remove(id));
        return found;
    }

    /** Returns the tenant with this id, or throws {@link UnknownTenantException}. */
    public Tenant require(TenantId id) {
        return find(id).orElseThrow(() -> new UnknownTenantException(id));
    }

    /** Returns every tenant, the disabled ones too, in the order of their ids. */
    public List<ListedTenant> all() {
        return database.sql(
                        "SELECT id, partition_id, disabled_at IS NOT NULL AS disabled FROM salus_tenant ORDER BY id")
                .query((row, number) -> new ListedTenant(tenant(row).id(), row.getBoolean("disabled")))
                .list();
    }

    /** Creates a tenant with a partition of its own; returns false if there is one of that id already. */
    public boolean create(TenantId id) {
        return database.sql("INSERT INTO salus_tenant (id) VALUES (:id) ON CONFLICT (id) DO NOTHING")
                        .param("id", id.value())
                        .update()
                == 1;
    }

    /**
     * Disables a tenant, or enables it again; its data stay as they are. Returns false if there is no such tenant.
     *
     * @throws IllegalArgumentException for the default tenant, whose administrators could then not enable it again
     */
    public boolean setEnabled(TenantId id, boolean enabled) {
        if (id.equals(TenantId.DEFAULT)) {
            throw new IllegalArgumentException("The tenant 'default' cannot be disabled");
        }
        int changed = database.sql("UPDATE salus_tenant SET disabled_at ="
                        + " CASE WHEN :enabled THEN NULL ELSE coalesce(disabled_at, now()) END WHERE id = :id")
                .param("enabled", enabled)
                .param("id", id.value())
                .update();
        known.remove(id);
        return changed == 1;
    }

    /** Makes sure that these tenants exist. */
    void ensure(List<TenantId> ids) {
        ids.forEach(this::create);
    }

    private static Tenant tenant(ResultSet row) throws SQLException {
        return new Tenant(new TenantId(row.getString("id")), row.getInt("partition_id"));
    }

    private record Known(Tenant tenant, long since) {}
}
