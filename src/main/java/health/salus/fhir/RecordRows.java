package health.salus.fhir;

import ca.uhn.fhir.jpa.model.dao.JpaPid;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Finds what belongs to a record in HAPI's table of links, in an order that does not change with what is written meanwhile. */
@Component
class RecordRows {

    // One step from the record to what it names: from there on the next record would begin.
    private static final String MEMBERS = """
            WITH subject AS (
                SELECT res_id FROM hfj_resource
                WHERE partition_id = :partition AND res_type = :subjectType AND fhir_id = ANY (:subjects)
                    AND res_deleted_at IS NULL),
            record AS (
                SELECT res_id FROM hfj_resource
                WHERE partition_id = :partition AND res_type = :type AND fhir_id = :id AND res_deleted_at IS NULL
                UNION SELECT res_id FROM subject
                UNION SELECT link.src_resource_id FROM hfj_res_link link
                JOIN subject ON subject.res_id = link.target_resource_id
                WHERE link.partition_id = :partition AND link.source_resource_type <> 'Group'),
            member AS (
                SELECT res_id FROM record
                UNION SELECT link.target_resource_id FROM hfj_res_link link
                JOIN record ON record.res_id = link.src_resource_id
                JOIN hfj_resource target ON target.partition_id = :partition AND target.res_id = link.target_resource_id
                WHERE link.partition_id = :partition AND NOT (:subjectType = 'Patient' AND target.res_type = 'Patient'))
            SELECT found.res_id, found.res_type, found.fhir_id
            FROM member
            JOIN hfj_resource found ON found.partition_id = :partition AND found.res_id = member.res_id
            WHERE found.res_deleted_at IS NULL AND found.res_type <> 'Binary'
                AND (found.res_type, found.fhir_id) > (:afterType, :afterId)
            ORDER BY found.res_type, found.fhir_id
            LIMIT :most
            """;

    private final JdbcClient database;

    RecordRows(JdbcClient database) {
        this.database = database;
    }

    /**
     * Finds the next rows of a record: the resource, its subjects, what refers to these, and what any of them refers to. A
     * record of patients has no other patients in it.
     *
     * @param partition where all of it lies
     * @param record    whose record it is
     * @param after     the place of the last row that is known, or null to begin
     * @param most      how many are found at most
     */
    List<Row> find(int partition, Subjects record, @Nullable Place after, int most) {
        return database.sql(MEMBERS)
                .param("partition", partition)
                .param("type", record.type())
                .param("id", record.id())
                .param("subjectType", record.subjectType())
                .param("subjects", record.subjects().toArray(String[]::new))
                .param("afterType", after == null ? "" : after.type())
                .param("afterId", after == null ? "" : after.id())
                .param("most", most)
                .query((row, number) -> new Row(
                        JpaPid.fromId(row.getLong("res_id"), partition),
                        new Place(row.getString("res_type"), row.getString("fhir_id"))))
                .list();
    }

    /**
     * Whose record is meant.
     *
     * @param type        the FHIR resource type of what the operation is called on
     * @param id          its id
     * @param subjectType the resource type of those whose record it is
     * @param subjects    their ids
     */
    record Subjects(String type, String id, String subjectType, Collection<String> subjects) {}

    /**
     * A resource of a record.
     *
     * @param key   HAPI's number
     * @param place where it stands in the order
     */
    record Row(JpaPid key, Place place) {}

    /**
     * A place in the order of a record.
     *
     * @param type FHIR resource type
     * @param id   of the resource, whether there is one or not
     */
    record Place(String type, String id) {

        /** Reads {@code Observation/123}; nothing else is a place. */
        static Optional<Place> of(String reference) {
            int slash = reference.indexOf('/');
            return slash < 0
                    ? Optional.empty()
                    : Optional.of(new Place(reference.substring(0, slash), reference.substring(slash + 1)));
        }
    }
}
