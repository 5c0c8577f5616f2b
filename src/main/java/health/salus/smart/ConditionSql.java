package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamToken;
import health.salus.fhir.SqlCondition;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes a {@link ResourceCondition} in SQL, over the tables in which HAPI indexes resources. */
final class ConditionSql {

    private static final String PATIENT = "Patient";
    private static final PartitionSettings HASHES_WITHOUT_PARTITION = new PartitionSettings();

    private final String type;
    private final FhirContext context;
    private final StringBuilder text = new StringBuilder();
    private final List<Serializable> values = new ArrayList<>();

    private ConditionSql(String type, FhirContext context) {
        this.type = type;
        this.context = context;
    }

    /** Returns the condition for a search of resources of this type. */
    static SqlCondition of(ResourceCondition condition, String type, FhirContext context) {
        ConditionSql sql = new ConditionSql(type, context);
        condition.write(sql);
        return new SqlCondition(sql.text.toString(), sql.values);
    }

    /** Returns by what HAPI finds a code of a token parameter, whatever its system. */
    static long hash(String type, String parameter, String code) {
        return ResourceIndexedSearchParamToken.calculateHashValue(
                HASHES_WITHOUT_PARTITION, (RequestPartitionId) null, type, parameter, code);
    }

    void join(List<ResourceCondition> conditions, String word, String ofNone) {
        if (conditions.isEmpty()) {
            text.append(ofNone);
            return;
        }
        text.append('(');
        for (Iterator<ResourceCondition> rest = conditions.iterator(); rest.hasNext(); ) {
            rest.next().write(this);
            text.append(rest.hasNext() ? word : ")");
        }
    }

    void not(ResourceCondition condition) {
        text.append("NOT (");
        condition.write(this);
        text.append(')');
    }

    void inRecords(Set<String> patients) {
        if (PatientCompartment.isUniversal(type)) {
            text.append("TRUE");
        } else if (type.equals(PATIENT)) {
            isOne(patients);
        } else if (PatientCompartment.hasOwner(type)) {
            ownedBy("EXISTS", "=", "ANY", patients);
            text.append(" AND ");
            ownedBy("NOT EXISTS", "<>", "ALL", patients);
        } else {
            // Whose it is, is not indexed, or nobody's to find.
            text.append("FALSE");
        }
    }

    void about(Set<String> patients) {
        if (type.equals(PATIENT)) {
            isOne(patients);
        } else {
            ownedBy("EXISTS", "=", "ANY", patients);
        }
    }

    void hasToken(String parameter, ScopeFilter.Token token) {
        boolean anySystem = token.system().isEmpty();
        long hash = anySystem
                ? hash(type, parameter, token.code())
                : ResourceIndexedSearchParamToken.calculateHashSystemAndValue(
                        HASHES_WITHOUT_PARTITION,
                        (RequestPartitionId) null,
                        type,
                        parameter,
                        token.system(),
                        token.code());
        text.append("EXISTS (SELECT 1 FROM hfj_spidx_token k WHERE k.partition_id = ")
                .append(SqlCondition.PARTITION)
                .append(" AND k.res_id = ")
                .append(SqlCondition.RESOURCE)
                .append(anySystem ? " AND k.hash_value = ?)" : " AND k.hash_sys_and_value = ?)");
        values.add(hash);
    }

    void oneOf(Set<String> references) {
        isOne(references.stream()
                .filter(it -> it.startsWith(type + "/"))
                .map(it -> it.substring(type.length() + 1))
                .collect(Collectors.toSet()));
    }

    private void isOne(Set<String> ids) {
        text.append("EXISTS (SELECT 1 FROM hfj_resource m WHERE m.partition_id = ")
                .append(SqlCondition.PARTITION)
                .append(" AND m.res_id = ")
                .append(SqlCondition.RESOURCE)
                .append(" AND m.fhir_id = ANY (")
                .append(list(ids))
                .append("))");
    }

    private void ownedBy(String exists, String equal, String quantor, Set<String> patients) {
        values.add(PATIENT);
        text.append(exists)
                .append(" (SELECT 1 FROM hfj_res_link l JOIN hfj_resource p ON p.partition_id = l.partition_id"
                        + " AND p.res_id = l.target_resource_id WHERE l.partition_id = ")
                .append(SqlCondition.PARTITION)
                .append(" AND l.src_resource_id = ")
                .append(SqlCondition.RESOURCE)
                .append(" AND l.target_resource_type = ? AND ")
                .append(path())
                .append("p.fhir_id ")
                .append(equal)
                .append(' ')
                .append(quantor)
                .append(" (")
                .append(list(patients))
                .append("))");
    }

    // HAPI indexes the path as the definition of the search parameter writes it. Types that belong to nobody's record
    // may
    // name a patient anywhere.
    private String path() {
        if (!PatientCompartment.hasOwner(type)) {
            return "";
        }
        RuntimeSearchParam owner = context.getResourceDefinition(type).getSearchParam(PatientCompartment.OWNER);
        Set<String> paths = new LinkedHashSet<>(owner.getPathsSplit());
        paths.add(PatientCompartment.ownerPath(context, type));
        return "l.src_path = ANY (" + list(paths) + ") AND ";
    }

    // One value, however long the list is; neither ids nor paths have such a letter in them.
    private String list(Collection<String> items) {
        values.add(String.join("\n", items));
        return "string_to_array(?, chr(10))";
    }
}
