package health.salus.smart;

import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom a practitioner cares for: patients with a care team or an encounter in which the practitioner takes part, who name the
 * practitioner as theirs, or who are members of a group that the practitioner manages. Taking part in one of one's roles
 * counts like taking part oneself.
 *
 * <p>It is asked of HAPI's index of references, and kept for seconds; what this server writes counts at once.
 */
@Component
class CarePatients {

    private static final long FRESH = Duration.ofSeconds(5).toNanos();
    private static final int MOST_KEPT = 10_000;

    // Planned, cancelled and mistaken care opens nothing. Care that has ended does: its reports come in later.
    private static final String PATIENTS = """
            WITH self AS (
                SELECT r.res_id FROM hfj_resource r
                 WHERE r.partition_id = :partition AND r.res_type = :type AND r.fhir_id = :id AND r.res_deleted_at IS NULL),
            me AS (
                SELECT res_id FROM self
                UNION
                SELECT l.src_resource_id FROM hfj_res_link l
                 WHERE l.partition_id = :partition AND l.target_resource_id IN (SELECT res_id FROM self)
                   AND l.src_path LIKE 'PractitionerRole.practitioner%'),
            care AS (
                SELECT l.src_resource_id FROM hfj_res_link l
                 WHERE l.partition_id = :partition AND l.target_resource_id IN (SELECT res_id FROM me)
                   AND (l.src_path LIKE 'CareTeam.participant.member%'
                     OR l.src_path LIKE 'Encounter.participant.individual%'
                     OR l.src_path LIKE 'Group.managingEntity%')
                   AND NOT EXISTS (SELECT FROM hfj_spidx_token k
                                    WHERE k.partition_id = l.partition_id AND k.res_id = l.src_resource_id
                                      AND k.hash_value IN (:void))),
            cared AS (
                SELECT l.target_resource_id AS res_id FROM hfj_res_link l
                 WHERE l.partition_id = :partition AND l.src_resource_id IN (SELECT src_resource_id FROM care)
                   AND (l.src_path LIKE 'CareTeam.subject%'
                     OR l.src_path LIKE 'Encounter.subject%'
                     OR l.src_path LIKE 'Group.member.entity%')
                UNION
                SELECT l.src_resource_id FROM hfj_res_link l
                 WHERE l.partition_id = :partition AND l.target_resource_id IN (SELECT res_id FROM me)
                   AND l.src_path LIKE 'Patient.generalPractitioner%')
            SELECT p.fhir_id FROM hfj_resource p JOIN cared USING (res_id)
             WHERE p.partition_id = :partition AND p.res_type = 'Patient' AND p.res_deleted_at IS NULL
            """;

    private static final String STANDING = """
            WITH self AS (
                SELECT r.res_id FROM hfj_resource r
                 WHERE r.partition_id = :partition AND r.res_type = :type AND r.fhir_id = :id AND r.res_deleted_at IS NULL),
            roles AS (
                SELECT l.src_resource_id AS res_id FROM hfj_res_link l
                 WHERE l.partition_id = :partition AND l.target_resource_id IN (SELECT res_id FROM self)
                   AND l.src_path LIKE 'PractitionerRole.practitioner%'),
            standing AS (
                SELECT res_id FROM roles
                UNION
                SELECT l.target_resource_id FROM hfj_res_link l
                 WHERE l.partition_id = :partition AND l.src_path LIKE 'PractitionerRole.organization%'
                   AND l.src_resource_id IN (SELECT res_id FROM roles UNION SELECT res_id FROM self))
            SELECT r.res_type || '/' || r.fhir_id FROM hfj_resource r JOIN standing USING (res_id)
             WHERE r.partition_id = :partition AND r.res_deleted_at IS NULL
            """;

    private static final List<Long> VOID = List.of(
            ConditionSql.hash("CareTeam", "status", "proposed"),
            ConditionSql.hash("CareTeam", "status", "inactive"),
            ConditionSql.hash("CareTeam", "status", "entered-in-error"),
            ConditionSql.hash("Encounter", "status", "planned"),
            ConditionSql.hash("Encounter", "status", "cancelled"),
            ConditionSql.hash("Encounter", "status", "entered-in-error"));

    private static final Set<String> SAYING = Set.of("CareTeam", "Encounter", "Group", "Patient", "PractitionerRole");
    private static final Pattern PRACTITIONER = Pattern.compile("(Practitioner(?:Role)?)/([A-Za-z0-9.-]{1,64})");

    private final JdbcClient database;
    private final Tenants tenants;
    private final Map<Question, Kept> kept = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    CarePatients(JdbcClient database, Tenants tenants) {
        this.database = database;
        this.tenants = tenants;
    }

    /** Tells whether resources of this type say who cares for whom. */
    static boolean isSaidBy(String type) {
        return SAYING.contains(type);
    }

    /** Asks again before the next answer; called when something that says who cares for whom was committed. */
    void changed() {
        changes.incrementAndGet();
    }

    /**
     * Returns the ids of the patients, none for somebody who is no practitioner.
     *
     * @param fhirUser the resource that stands for the person, such as {@code Practitioner/17}
     */
    Set<String> of(TenantId tenant, @Nullable String fhirUser) {
        Matcher practitioner = PRACTITIONER.matcher(fhirUser == null ? "" : fhirUser);
        return practitioner.matches()
                ? ask(new Question(PATIENTS, tenant, practitioner.group(1), practitioner.group(2)))
                : Set.of();
    }

    /**
     * Returns the resources that stand for a person in consents: the one that the token names, the roles of that practitioner
     * and the organizations of those roles.
     */
    Set<String> standingFor(TenantId tenant, @Nullable String fhirUser) {
        Matcher practitioner = PRACTITIONER.matcher(fhirUser == null ? "" : fhirUser);
        if (!practitioner.matches()) {
            return fhirUser == null ? Set.of() : Set.of(fhirUser);
        }
        Set<String> references =
                new HashSet<>(ask(new Question(STANDING, tenant, practitioner.group(1), practitioner.group(2))));
        references.add(practitioner.group());
        return references;
    }

    private Set<String> ask(Question question) {
        Kept last = kept.get(question);
        // Read before the answer, so that a change that comes meanwhile is not missed.
        long now = changes.get();
        if (last != null && last.change() == now && System.nanoTime() - last.since() < FRESH) {
            return last.answer();
        }
        if (kept.size() >= MOST_KEPT) {
            kept.clear();
        }
        long asked = System.nanoTime();
        Set<String> answer = Set.copyOf(database.sql(question.sql())
                .param("partition", tenants.require(question.tenant()).partition())
                .param("type", question.type())
                .param("id", question.id())
                .param("void", VOID)
                .query(String.class)
                .set());
        kept.put(question, new Kept(answer, now, asked));
        return answer;
    }

    private record Question(String sql, TenantId tenant, String type, String id) {}

    private record Kept(Set<String> answer, long change, long since) {}
}
