package health.salus.bulk;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The patients whose records an export is limited to, {@code salus_bulk_patient}. */
@Component
class Subjects {

    private final DaoRegistry resources;
    private final Tenants tenants;
    private final JdbcClient database;

    Subjects(DaoRegistry resources, Tenants tenants, JdbcClient database) {
        this.resources = resources;
        this.tenants = tenants;
        this.database = database;
    }

    /**
     * Returns the ids of the patients that an export is limited to, or nothing if it is about all.
     *
     * @param group whose members they are; it is read with the rights of the caller, and answered 404 if that finds none
     */
    Optional<Set<String>> chosen(AskedFor asked, Optional<IIdType> group, RequestDetails request) {
        Set<String> named = asked.list("patient").stream()
                .map(IdType::new)
                .filter(id -> isPatient(id) || refused(asked))
                .map(IdType::getIdPart)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (group.isEmpty()) {
            return asked.values().containsKey("patient")
                    ? Optional.of(existing(named, asked, request))
                    : Optional.empty();
        }
        Set<String> members = members((Group) resources.getResourceDao("Group").read(group.get(), request));
        if (!asked.values().containsKey("patient")) {
            return Optional.of(members);
        }
        if (!members.containsAll(named)) {
            asked.refuse("patient: one of the patients is not in the group");
        }
        named.retainAll(members);
        return Optional.of(named);
    }

    /** Notes the patients of a job, in the caller's transaction; those that are not there have no record to export. */
    void add(UUID job, TenantId tenant, Set<String> patients) {
        database.sql("""
                        INSERT INTO salus_bulk_patient (job_id, patient_row)
                        SELECT :job, res_id FROM hfj_resource
                         WHERE partition_id = :partition AND res_type = 'Patient' AND fhir_id = ANY (:ids)
                        """)
                .param("job", job)
                .param("partition", tenants.require(tenant).partition())
                .param("ids", patients.toArray(String[]::new))
                .update();
    }

    private Set<String> existing(Set<String> named, AskedFor asked, RequestDetails request) {
        List<String> found = database.sql("""
                        SELECT fhir_id FROM hfj_resource WHERE partition_id = :partition AND res_type = 'Patient'
                           AND res_deleted_at IS NULL AND fhir_id = ANY (:ids)
                        """)
                .param(
                        "partition",
                        tenants.require(TenantId.orDefault(request.getTenantId()))
                                .partition())
                .param("ids", named.toArray(String[]::new))
                .query(String.class)
                .list();
        if (!found.containsAll(named)) {
            asked.refuse("patient: there is no such patient");
        }
        return Set.copyOf(found);
    }

    private static Set<String> members(Group group) {
        return group.getMember().stream()
                .filter(member -> !member.getInactive())
                .map(Group.GroupMemberComponent::getEntity)
                .map(Reference::getReferenceElement)
                .filter(Subjects::isPatient)
                .map(IIdType::getIdPart)
                .collect(Collectors.toSet());
    }

    private static boolean isPatient(IIdType id) {
        return "Patient".equals(id.getResourceType()) && id.hasIdPart() && !id.isAbsolute();
    }

    private static boolean refused(AskedFor asked) {
        if (!asked.lenient()) {
            throw new InvalidRequestException("patient: write a reference such as Patient/17");
        }
        asked.refuse("patient: a reference that leads to no patient");
        return false;
    }
}
