package health.salus.fhir;

import ca.uhn.fhir.jpa.model.dao.JpaPid;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.sql.Array;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What searches with several pages have found, kept in {@code salus_search} for an hour. */
@Component
class SearchResults {

    // As long as HAPI keeps those that it stores.
    private static final int MINUTES = 60;

    private final JdbcClient database;

    SearchResults(JdbcClient database) {
        this.database = database;
    }

    /** Keeps what was found for those who come back for further pages of it. */
    void keep(SearchAttempt attempt, String type, SearchIncludes includes) {
        List<JpaPid> matches = attempt.matches();
        database.sql("INSERT INTO salus_search (id, partition_id, resource_type, matches, includes, revincludes)"
                        + " VALUES (:id, :partition, :type, :matches, :includes, :revincludes)")
                .param("id", attempt.id())
                .param("partition", attempt.partition())
                .param("type", type)
                .param("matches", matches.stream().map(JpaPid::getId).toArray(Long[]::new))
                .param("includes", SearchIncludes.values(includes.forward()))
                .param("revincludes", SearchIncludes.values(includes.reverse()))
                .update();
    }

    /** Finds a result by the name in its links; nothing if it was never kept, or too long ago. */
    Optional<Found> find(String id) {
        return database.sql(
                        "SELECT partition_id, resource_type, matches, includes, revincludes FROM salus_search WHERE id = :id")
                .param("id", id)
                .query((row, number) -> {
                    int partition = row.getInt("partition_id");
                    return new Found(
                            partition,
                            row.getString("resource_type"),
                            matches(row.getArray("matches"), partition),
                            SearchIncludes.of(
                                    (String[]) row.getArray("includes").getArray(),
                                    (String[]) row.getArray("revincludes").getArray()));
                })
                .optional();
    }

    /** Forgets what nobody will page through any more. */
    @Scheduled(fixedDelay = 5, initialDelay = 5, timeUnit = TimeUnit.MINUTES)
    void forget() {
        database.sql("DELETE FROM salus_search WHERE made_at < now() - make_interval(mins => :minutes)")
                .param("minutes", MINUTES)
                .update();
    }

    private static List<JpaPid> matches(Array numbers, int partition) throws SQLException {
        return Arrays.stream((Long[]) numbers.getArray())
                .map(number -> JpaPid.fromId(number, partition))
                .toList();
    }

    /**
     * A kept result.
     *
     * @param partition where all of it lies
     * @param type      a FHIR resource type
     * @param matches   in their order
     * @param includes  what goes along with those on each page
     */
    record Found(int partition, String type, List<JpaPid> matches, SearchIncludes includes) {}
}
