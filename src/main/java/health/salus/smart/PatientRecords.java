package health.salus.smart;

import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Knows which patients a tenant has, without reading anything about them. */
@Component
class PatientRecords {

    private final JdbcClient database;
    private final Tenants tenants;

    PatientRecords(JdbcClient database, Tenants tenants) {
        this.database = database;
        this.tenants = tenants;
    }

    /** Tells whether there is a Patient of this id that is not deleted. */
    boolean exists(TenantId tenant, String id) {
        return id.matches("[A-Za-z0-9.-]{1,64}")
                && database.sql("SELECT EXISTS (SELECT FROM hfj_resource WHERE partition_id = :partition"
                                + " AND res_type = 'Patient' AND fhir_id = :id AND res_deleted_at IS NULL)")
                        .param("partition", tenants.require(tenant).partition())
                        .param("id", id)
                        .query(Boolean.class)
                        .single();
    }
}
