package health.salus.hl7v2;

import health.salus.mapping.Mappings;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The text of every set of mappings that was ever in force, kept in {@code salus_hl7v2_mapping}, so that a message can be
 * mapped as it was. Every method throws Spring's {@code DataAccessException} if the database cannot be reached.
 */
final class MappingHistory {

    // Reading a set takes a second, and whoever replays a day of messages needs the same few again and again.
    private static final int READY = 4;

    private final JdbcClient database;
    private final Map<String, Mappings> ready = new LinkedHashMap<>(READY, 0.75f, true);

    MappingHistory(JdbcClient database) {
        this.database = database;
    }

    /** Keeps a set of mappings; one that is kept already stays as it is. */
    void keep(Mappings mappings) {
        Map<String, String> files = mappings.files();
        database.sql("""
                        INSERT INTO salus_hl7v2_mapping (version, files)
                        SELECT :version, jsonb_object_agg(path, content) FROM unnest(:paths, :contents) AS file (path, content)
                        ON CONFLICT (version) DO NOTHING
                        """)
                .param("version", mappings.version())
                .param("paths", files.keySet().toArray(String[]::new))
                .param("contents", files.values().toArray(String[]::new))
                .update();
    }

    /**
     * Finds the mappings of a version and makes them ready for use.
     *
     * @param version as {@code salus_hl7v2_message.mapping_version} has it
     * @return the mappings, or nothing if no set of this version was kept
     * @throws health.salus.mapping.MappingSyntaxException if this release does not understand them any more
     */
    synchronized Optional<Mappings> find(String version) {
        Mappings known = ready.get(version);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Mappings> found = files(version).map(Mappings::of);
        found.ifPresent(mappings -> {
            ready.put(version, mappings);
            if (ready.size() > READY) {
                ready.remove(ready.keySet().iterator().next());
            }
        });
        return found;
    }

    /** Finds the text of the mappings of a version, file by file. */
    Optional<Map<String, String>> files(String version) {
        Map<String, String> files = new HashMap<>();
        database.sql("SELECT key, value FROM salus_hl7v2_mapping, jsonb_each_text(files) WHERE version = :version")
                .param("version", version)
                .query(row -> {
                    files.put(row.getString("key"), row.getString("value"));
                });
        return files.isEmpty() ? Optional.empty() : Optional.of(files);
    }
}
