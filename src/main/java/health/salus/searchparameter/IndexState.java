package health.salus.searchparameter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The table {@code salus_index_state}. What changes it is part of the transaction of the caller. */
@Component
class IndexState {

    private final JdbcClient database;
    private final ObjectMapper json;

    IndexState(JdbcClient database, ObjectMapper json) {
        this.database = database;
        this.json = json;
    }

    /** Returns by what everything is indexed, or nothing before a server has said so. */
    Optional<State> find() {
        return database.sql("SELECT * FROM salus_index_state")
                .query((row, number) -> state(row))
                .optional();
    }

    /** Tells whether nothing is stored that could be indexed. */
    boolean hasNoData() {
        return database.sql("SELECT NOT EXISTS (SELECT 1 FROM hfj_resource)")
                .query(Boolean.class)
                .single();
    }

    /** Says by what everything is indexed. */
    void set(Version version) {
        database.sql("""
                        INSERT INTO salus_index_state (index_rows, parameters) VALUES (:rows, :parameters::jsonb)
                        ON CONFLICT (only_row) DO UPDATE SET index_rows = excluded.index_rows,
                            parameters = excluded.parameters, next_index_rows = NULL, next_parameters = NULL
                        """)
                .param("rows", version.indexRows())
                .param("parameters", write(version.parameters()))
                .update();
    }

    /** Says by what everything is being indexed from now on. */
    void setNext(Version version) {
        database.sql("UPDATE salus_index_state SET next_index_rows = :rows, next_parameters = :parameters::jsonb")
                .param("rows", version.indexRows())
                .param("parameters", write(version.parameters()))
                .update();
    }

    /** Notes that everything is indexed by what it was being indexed by. */
    void finish() {
        database.sql("""
                        UPDATE salus_index_state SET index_rows = next_index_rows, parameters = next_parameters,
                               next_index_rows = NULL, next_parameters = NULL WHERE next_parameters IS NOT NULL
                        """).update();
    }

    private State state(ResultSet row) throws SQLException {
        String next = row.getString("next_parameters");
        return new State(
                new Version(row.getInt("index_rows"), read(row.getString("parameters"))),
                next == null ? null : new Version(row.getInt("next_index_rows"), read(next)));
    }

    private Map<String, String> read(String parameters) {
        try {
            return json.readValue(parameters, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL has written JSON that cannot be read", e);
        }
    }

    private String write(Map<String, String> parameters) {
        try {
            return json.writeValueAsString(parameters);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What an index is made by.
     *
     * @param indexRows  a number that counts the ways of making index rows
     * @param parameters the digest of each search parameter, by its key
     */
    record Version(int indexRows, Map<String, String> parameters) {

        Version {
            parameters = Map.copyOf(parameters);
        }

        /** Returns the keys under which another one has nothing or something else. */
        Set<String> changedFrom(Version other) {
            return parameters.keySet().stream()
                    .filter(key -> !Objects.equals(parameters.get(key), other.parameters.get(key)))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /**
     * How far it is.
     *
     * @param now  by what everything is indexed
     * @param next by what it is being indexed, or null
     */
    record State(Version now, @Nullable Version next) {

        /** Returns the keys of the parameters by which not everything is indexed yet. */
        Set<String> pending() {
            return next == null ? Set.of() : next.changedFrom(now);
        }
    }
}
