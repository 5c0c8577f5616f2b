package health.salus.tenant;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The tenants of this server, kept in {@code salus_tenant}. */
@Component
public class Tenants {

    // Every request asks several times. What this server changes counts at once, what another one has after this time.
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private static final String ASSIGNED = "assigned";
    private static final String DENY = "deny";
    private static final String DESPITE_CONSENT = "despite-consent";

    private final JdbcClient database;
    private final Map<TenantId, Known> known = new ConcurrentHashMap<>();

    Tenants(JdbcClient database) {
        this.database = database;
    }

    /** Finds a tenant by its id, or nothing if there is none or it is disabled. */
    public Optional<Tenant> find(TenantId id) {
        return known(id).map(Known::tenant);
    }

    private Optional<Known> known(TenantId id) {
        Known last = known.get(id);
        if (last != null && System.nanoTime() - last.since() < FRESH) {
            return Optional.of(last);
        }
        long asked = System.nanoTime();
        Optional<Known> found = database.sql("SELECT * FROM salus_tenant WHERE id = :id AND disabled_at IS NULL")
                .param("id", id.value())
                .query((row, number) -> new Known(tenant(row), access(row), asked))
                .optional();
        // Only what exists is kept, so that made-up names fill no memory.
        found.ifPresentOrElse(it -> known.put(id, it), () -> known.remove(id));
        return found;
    }

    /** Returns the policy of a tenant, or throws {@link UnknownTenantException}. */
    public AccessState access(TenantId id) {
        return known(id).map(Known::access).orElseThrow(() -> new UnknownTenantException(id));
    }

    /** Replaces the policy of a tenant; returns false if there is no such tenant. */
    public boolean setPolicy(TenantId id, AccessPolicy policy) {
        // What bears a label that has now become a restricted one was not counted when it was stored.
        int changed = database.sql("""
                        UPDATE salus_tenant SET practitioners = :practitioners, consent_base = :consent,
                            emergency_access = :emergency, restricted_labels = :labels::text[],
                            labelled_types = CASE WHEN restricted_labels = :labels::text[] THEN labelled_types ELSE '{*}' END
                         WHERE id = :id
                        """)
                .param("practitioners", policy.assignedOnly() ? ASSIGNED : "all")
                .param("consent", policy.deniedUnlessPermitted() ? DENY : "permit")
                .param("emergency", policy.emergencyDespiteConsent() ? DESPITE_CONSENT : "within-consent")
                .param("labels", policy.restrictedLabels().toArray(String[]::new))
                .param("id", id.value())
                .update();
        forget(id);
        return changed == 1;
    }

    /** Counts a write of a Consent; in the same database transaction, after which {@link #forget} is due. */
    public void countConsent(TenantId id) {
        database.sql("UPDATE salus_tenant SET consents = consents + 1 WHERE id = :id")
                .param("id", id.value())
                .update();
    }

    /** Notes that something of this type with a restricted label is stored; in the same database transaction. */
    public void noteLabel(TenantId id, String type) {
        database.sql("UPDATE salus_tenant SET labelled_types = array_append(labelled_types, :type::text)"
                        + " WHERE id = :id AND NOT labelled_types @> ARRAY[:type]::text[]")
                .param("id", id.value())
                .param("type", type)
                .update();
    }

    /** Reads a tenant again before it is used the next time. */
    public void forget(TenantId id) {
        known.remove(id);
    }

    /** Returns the tenant with this id, or throws {@link UnknownTenantException}. */
    public Tenant require(TenantId id) {
        return find(id).orElseThrow(() -> new UnknownTenantException(id));
    }

    /**
     * Returns the partition in which a tenant's resources of a type lie; throws {@link UnknownTenantException} if the tenant has
     * one of its own for them and is not there.
     */
    public int partition(TenantId id, String type) {
        return SharedTypes.contains(type)
                ? Tenant.SHARED_PARTITION
                : require(id).partition();
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

    private static AccessState access(ResultSet row) throws SQLException {
        AccessPolicy policy = new AccessPolicy(
                row.getString("practitioners").equals(ASSIGNED),
                row.getString("consent_base").equals(DENY),
                row.getString("emergency_access").equals(DESPITE_CONSENT),
                List.of((String[]) row.getArray("restricted_labels").getArray()));
        return new AccessState(policy, row.getLong("consents"), Set.of((String[])
                row.getArray("labelled_types").getArray()));
    }

    private record Known(Tenant tenant, AccessState access, long since) {}
}
