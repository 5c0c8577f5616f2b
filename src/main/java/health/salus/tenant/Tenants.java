package health.salus.tenant;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The tenants of this server, kept in {@code salus_tenant}. */
@Component
public class Tenants {

    private final JdbcClient database;
    // A tenant never changes its partition, so what was found once stays true.
    private final Map<TenantId, Tenant> known = new ConcurrentHashMap<>();

    Tenants(JdbcClient database) {
        this.database = database;
    }

    /** Finds a tenant by its id, or nothing if there is none. */
    public Optional<Tenant> find(TenantId id) {
        Tenant tenant = known.get(id);
        if (tenant != null) {
            return Optional.of(tenant);
        }
        Optional<Tenant> found = database.sql("SELECT id, partition_id FROM salus_tenant WHERE id = :id")
                .param("id", id.value())
                .query((row, number) -> new Tenant(new TenantId(row.getString("id")), row.getInt("partition_id")))
                .optional();
        found.ifPresent(it -> known.put(id, it));
        return found;
    }

    /** Returns the tenant with this id, or throws {@link UnknownTenantException}. */
    public Tenant require(TenantId id) {
        return find(id).orElseThrow(() -> new UnknownTenantException(id));
    }

    /** Makes sure that these tenants exist, each with a partition of its own. */
    void ensure(List<TenantId> ids) {
        ids.forEach(id -> database.sql("INSERT INTO salus_tenant (id) VALUES (:id) ON CONFLICT (id) DO NOTHING")
                .param("id", id.value())
                .update());
    }
}
