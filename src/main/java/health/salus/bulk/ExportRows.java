package health.salus.bulk;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import health.salus.fhir.StoredVersion;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.stream.Stream;

/**
 * Reads the resources of one type from HAPI's tables as they were at one moment, in the order of their numbers. What was
 * changed later is read from the version that it had then; that makes the answer the same however often it is asked.
 */
final class ExportRows {

    // The version that a resource had: the newest one until then.
    private static final String AS_IT_WAS = """
             FROM hfj_resource r
             JOIN hfj_res_ver %1$s ON %1$s.partition_id = r.partition_id AND %1$s.res_id = r.res_id AND %1$s.res_ver =
                  CASE WHEN r.res_updated <= :time THEN r.res_ver
                       ELSE (SELECT max(o.res_ver) FROM hfj_res_ver o
                              WHERE o.partition_id = r.partition_id AND o.res_id = r.res_id AND o.res_updated <= :time) END
            """;
    // What was deleted is judged by what it was before.
    private static final String LAST_LIVE = """
             JOIN hfj_res_ver v ON v.partition_id = r.partition_id AND v.res_id = r.res_id AND v.res_ver =
                  (SELECT max(o.res_ver) FROM hfj_res_ver o WHERE o.partition_id = r.partition_id AND o.res_id = r.res_id
                      AND o.res_ver < d.res_ver AND o.res_deleted_at IS NULL)
            """;
    private static final String WANTED = """
             WHERE r.partition_id = :partition AND r.res_type = :type AND r.res_id > :after
               AND (:since::timestamp IS NULL OR (%1$s.res_updated > :since AND r.res_updated > :since))
               AND (:until::timestamp IS NULL OR %1$s.res_updated < :until)
            """;
    // A link goes with the resource as it is now, so whatever has changed since is read and looked at.
    private static final String IN_A_RECORD = """
               AND r.res_id IN (
                   SELECT l.src_resource_id FROM hfj_res_link l
                    WHERE l.partition_id = :partition AND l.target_resource_type = 'Patient' AND l.src_path = ANY (:paths) %s
                   UNION ALL
                   SELECT c.res_id FROM hfj_resource c
                    WHERE c.partition_id = :partition AND c.res_type = :type AND c.res_updated > :time)
            """;
    private static final String ABOUT_EXPORTED = """
            SELECT %s l.src_resource_id FROM salus_bulk_exported e
              JOIN hfj_res_link l ON l.partition_id = :partition AND l.target_resource_id = e.resource_row
               AND l.src_path = 'Provenance.target'
            """;
    // By what each of them said at the time of the export.
    private static final String LATEST_ABOUT_EXPORTED =
            ABOUT_EXPORTED.formatted("DISTINCT ON (l.target_resource_id)") + """
              JOIN hfj_resource p ON p.partition_id = l.partition_id AND p.res_id = l.src_resource_id
              JOIN hfj_res_ver w ON w.partition_id = p.partition_id AND w.res_id = p.res_id AND w.res_ver =
                   (SELECT max(o.res_ver) FROM hfj_res_ver o
                     WHERE o.partition_id = p.partition_id AND o.res_id = p.res_id AND o.res_updated <= :time)
             WHERE e.job_id = :job AND w.res_deleted_at IS NULL
             ORDER BY l.target_resource_id, (w.res_text_vc::jsonb ->> 'recorded')::timestamptz DESC NULLS LAST, p.res_id DESC
            """;
    private static final String CHOSEN = "(SELECT patient_row FROM salus_bulk_patient WHERE job_id = :job)";

    private final LockedJob job;
    private final FhirContext context;
    private final ExportOrder order;
    private final Instant time;

    ExportRows(LockedJob job, FhirContext context, ExportOrder order, Instant time) {
        this.job = job;
        this.context = context;
        this.order = order;
        this.time = time;
    }

    /**
     * Reads what is left of a part, piece by piece; the caller closes the stream, within one transaction.
     *
     * @param partition where the type lies
     * @param found     HAPI's numbers of what the searches have found, or null if there are none
     */
    Stream<ExportedRow> rest(ExportPart part, int partition, long @Nullable [] found) {
        boolean deleted = part.section() == BulkFile.Section.DELETED;
        String wanted = found == null ? "" : " AND r.res_id = ANY (:found)";
        String sql = "SELECT " + StoredVersion.COLUMNS + ", r.res_updated > :time AS changed"
                + (deleted
                        ? deleted() + wanted
                        : order.isAssociated(part.type()) ? associated(wanted) : live(part.type()) + wanted)
                + " ORDER BY r.res_id";
        StatementSpec statement = job.database()
                .sql(sql)
                .param("time", Timestamp.from(time))
                .param("partition", partition)
                .param("type", part.type())
                .param("after", part.afterRow())
                .param("since", timestamp(order.since()))
                .param("until", timestamp(order.until()))
                .param("job", job.id())
                .param("paths", paths(context, part.type()))
                .param("found", found);
        return statement
                .query((row, number) -> new ExportedRow(StoredVersion.of(row), row.getBoolean("changed")))
                .stream();
    }

    /** Tells whether one of these patients is among the chosen ones. */
    boolean isChosen(Collection<String> patients, int partition) {
        JdbcClient database = job.database();
        return !database.sql("""
                        SELECT 1 FROM salus_bulk_patient p JOIN hfj_resource r ON r.res_id = p.patient_row
                         WHERE p.job_id = :job AND r.partition_id = :partition AND r.fhir_id = ANY (:ids) LIMIT 1
                        """)
                .param("job", job.id())
                .param("partition", partition)
                .param("ids", patients.toArray(String[]::new))
                .query()
                .listOfRows()
                .isEmpty();
    }

    private String live(String type) {
        return (AS_IT_WAS + WANTED).formatted("v") + " AND " + StoredVersion.READABLE + membership(type);
    }

    // What was not asked for by its type is there only because it is about something that is.
    private String associated(String wanted) {
        boolean latest = order.associated() == AssociatedData.LATEST_PROVENANCE;
        String about = latest ? LATEST_ABOUT_EXPORTED : ABOUT_EXPORTED.formatted("") + " WHERE e.job_id = :job";
        String asked = latest || !order.types().contains(AssociatedData.PROVENANCE)
                ? ""
                : " OR r.res_id IN (SELECT r.res_id " + live(AssociatedData.PROVENANCE) + wanted + ")";
        return AS_IT_WAS.formatted("v")
                + " WHERE r.partition_id = :partition AND r.res_type = :type AND r.res_id > :after AND "
                + StoredVersion.READABLE + " AND (r.res_id IN (" + about + ")" + asked + ")";
    }

    private static String deleted() {
        return AS_IT_WAS.formatted("d") + LAST_LIVE + WANTED.formatted("d") + " AND d.res_deleted_at IS NOT NULL";
    }

    private String membership(String type) {
        boolean patient = type.equals("Patient");
        return switch (order.level()) {
            case SYSTEM -> "";
            case ALL_PATIENTS -> patient ? "" : IN_A_RECORD.formatted("");
            case SOME_PATIENTS ->
                patient ? " AND r.res_id IN " + CHOSEN : IN_A_RECORD.formatted("AND l.target_resource_id IN " + CHOSEN);
        };
    }

    /** The paths by which HAPI's links lead from resources of this type into the record of a patient. */
    static String[] paths(FhirContext context, String type) {
        return context.getResourceDefinition(type).getSearchParamsForCompartmentName("Patient").stream()
                .map(RuntimeSearchParam::getPathsSplit)
                .flatMap(Collection::stream)
                .filter(path -> path.startsWith(type + "."))
                .distinct()
                .toArray(String[]::new);
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
