package health.salus.searchparameter;

import health.salus.tenant.Tenant;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The table {@code salus_reindex}. What changes it is part of the transaction of the caller. */
@Component
class Reindexes {

    /** How long the other servers have to learn of a change; they look every second. */
    static final Duration GRACE = Duration.ofSeconds(3);

    // Any number does that nothing else uses.
    private static final long LOCK = 0x53616C7573525049L;

    private static final String BEGIN = """
            INSERT INTO salus_reindex AS r (parameter_id, change, code, url, bases, types)
            VALUES (:id, nextval('salus_reindex_change'), :code, :url, :bases, :types)
            ON CONFLICT (parameter_id) DO UPDATE SET
                change = excluded.change, code = excluded.code, url = excluded.url, bases = excluded.bases,
                types = ARRAY(SELECT unnest(excluded.types) UNION
                              SELECT unnest(r.types) WHERE r.state <> 'FINISHED'),
                state = 'WAITING', after_partition = -1, after_row = 0, resources = NULL, done = 0, failed = 0,
                asked_at = excluded.asked_at, seen_at = NULL, started_at = NULL, finished_at = NULL
            """;
    // Whoever has begun before every server had seen the change may still write without the new parameter. Exports are
    // long and
    // write nothing.
    private static final String READY = """
            UPDATE salus_reindex r SET state = 'RUNNING', started_at = clock_timestamp(),
                resources = (SELECT count(*) FROM hfj_resource WHERE res_type = ANY (r.types) AND res_deleted_at IS NULL)
             WHERE state = 'WAITING' AND seen_at + :grace * interval '1 second' < clock_timestamp()
               AND NOT EXISTS (
                   SELECT 1 FROM pg_stat_activity a
                    WHERE a.datname = current_database() AND a.backend_type = 'client backend'
                      AND a.pid <> pg_backend_pid() AND a.application_name <> 'salus-bulk'
                      AND a.xact_start < r.seen_at + :grace * interval '1 second')
            """;

    private final JdbcClient database;

    Reindexes(JdbcClient database) {
        this.database = database;
    }

    /** Lets one change of search parameters come after the other until the transaction ends. */
    void lockChanges() {
        database.sql("SELECT pg_advisory_xact_lock(:key) IS NULL")
                .param("key", LOCK)
                .query()
                .listOfRows();
    }

    /** Finds the id of another search parameter in use that has this URL, or this code for one of these types. */
    Optional<String> other(String parameter, String url, String code, Collection<String> bases) {
        return database.sql("""
                        SELECT parameter_id FROM salus_reindex
                         WHERE parameter_id <> :id AND cardinality(bases) > 0
                           AND (url = :url OR (code = :code AND bases && :bases::text[])) LIMIT 1
                        """)
                .param("id", parameter)
                .param("url", url)
                .param("code", code)
                .param("bases", bases.toArray(String[]::new))
                .query(String.class)
                .optional();
    }

    /**
     * Notes that a search parameter has changed and that these types have to be read again, from the beginning.
     *
     * @param bases the types that can be searched by it from now on, none if it is not in use
     * @param types all that have to be read
     */
    void begin(String parameter, String code, String url, Collection<String> bases, Collection<String> types) {
        database.sql(BEGIN)
                .param("id", parameter)
                .param("code", code)
                .param("url", url)
                .param("bases", bases.toArray(String[]::new))
                .param("types", types.toArray(String[]::new))
                .update();
    }

    Optional<Reindex> find(String parameter) {
        return database.sql("SELECT * FROM salus_reindex WHERE parameter_id = :id")
                .param("id", parameter)
                .query((row, number) -> reindex(row))
                .optional();
    }

    /** Returns what searches have to know. */
    List<ParameterState> states() {
        return database.sql("SELECT parameter_id, change, state FROM salus_reindex ORDER BY parameter_id")
                .query((row, number) -> new ParameterState(
                        row.getString("parameter_id"),
                        row.getLong("change"),
                        Reindex.State.valueOf(row.getString("state"))))
                .list();
    }

    /** Lets those begin that may: changes that every server has seen. */
    void start() {
        database.sql("UPDATE salus_reindex SET seen_at = clock_timestamp() WHERE state = 'WAITING' AND seen_at IS NULL")
                .update();
        database.sql(READY).param("grace", GRACE.toSeconds()).update();
    }

    /** Returns how many resources those that are running still have to read. */
    long remaining() {
        return database.sql("""
                        SELECT coalesce(sum(greatest(resources - done, 0)), 0) FROM salus_reindex WHERE state = 'RUNNING'
                        """).query(Long.class).single();
    }

    /** Takes one that is running and that no other server is at, until the transaction ends. */
    Optional<Reindex> next() {
        return database.sql("""
                        SELECT * FROM salus_reindex WHERE state = 'RUNNING' ORDER BY started_at LIMIT 1 FOR UPDATE SKIP LOCKED
                        """).query((row, number) -> reindex(row)).optional();
    }

    /** Returns the next resources, which nobody else can change until the transaction ends. */
    List<ReindexedRow> rows(Reindex reindex, int most) {
        return database.sql("""
                        SELECT partition_id, res_id, res_type FROM hfj_resource
                         WHERE res_type = ANY (:types) AND res_deleted_at IS NULL
                           AND (partition_id, res_id) > (:partition, :row)
                         ORDER BY partition_id, res_id LIMIT :most FOR NO KEY UPDATE
                        """)
                .param("types", reindex.types().toArray(String[]::new))
                .param("partition", reindex.place().partition())
                .param("row", reindex.place().row())
                .param("most", most)
                .query((row, number) -> new ReindexedRow(
                        new Reindex.Place(row.getInt("partition_id"), row.getLong("res_id")),
                        row.getString("res_type")))
                .list();
    }

    /** Notes that these resources were read. */
    void advance(Reindex reindex, List<ReindexedRow> rows, long failed) {
        Reindex.Place last = rows.get(rows.size() - 1).place();
        database.sql("""
                        UPDATE salus_reindex SET after_partition = :partition, after_row = :row, done = done + :done,
                               failed = failed + :failed WHERE parameter_id = :id
                        """)
                .param("partition", last.partition())
                .param("row", last.row())
                .param("done", rows.size())
                .param("failed", failed)
                .param("id", reindex.parameter())
                .update();
    }

    /** Notes that there is no further resource. */
    void finish(Reindex reindex) {
        database.sql("""
                        UPDATE salus_reindex SET finished_at = clock_timestamp(),
                               state = CASE failed WHEN 0 THEN 'FINISHED' ELSE 'FAILED' END WHERE parameter_id = :id
                        """).param("id", reindex.parameter()).update();
    }

    /** Returns the stored text of the search parameters of which nothing is noted, by their ids: those of earlier versions. */
    List<UnnotedParameter> unnoted() {
        return database.sql("""
                        SELECT r.fhir_id, v.res_text_vc FROM hfj_resource r
                          JOIN hfj_res_ver v ON v.partition_id = r.partition_id AND v.res_id = r.res_id AND v.res_ver = r.res_ver
                         WHERE r.partition_id = :partition AND r.res_type = 'SearchParameter' AND r.res_deleted_at IS NULL
                           AND v.res_text_vc IS NOT NULL
                           AND NOT EXISTS (SELECT 1 FROM salus_reindex WHERE parameter_id = r.fhir_id)
                        """)
                .param("partition", Tenant.SHARED_PARTITION)
                .query((row, number) -> new UnnotedParameter(row.getString("fhir_id"), row.getString("res_text_vc")))
                .list();
    }

    private static Reindex reindex(ResultSet row) throws SQLException {
        return new Reindex(
                row.getString("parameter_id"),
                row.getString("code"),
                List.of((String[]) row.getArray("types").getArray()),
                Reindex.State.valueOf(row.getString("state")),
                new Reindex.Place(row.getInt("after_partition"), row.getLong("after_row")),
                row.getObject("resources", Long.class),
                row.getLong("done"),
                row.getLong("failed"),
                row.getTimestamp("asked_at").toInstant(),
                instant(row.getTimestamp("started_at")),
                instant(row.getTimestamp("finished_at")));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }

    /** A search parameter as it is stored. */
    record UnnotedParameter(String id, String text) {}
}
