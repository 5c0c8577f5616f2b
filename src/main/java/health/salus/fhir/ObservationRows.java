package health.salus.fhir;

import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.param.DateParam;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Reads of observations in HAPI's tables what they are about and when, without the rest. */
@Component
class ObservationRows {

    private final JdbcClient database;
    private final ObjectMapper json;

    ObservationRows(JdbcClient database, ObjectMapper json) {
        this.database = database;
        this.json = json;
    }

    /** Returns what there is of these observations; those that were deleted meanwhile are left out. */
    List<ObservationFacts> find(int partition, List<JpaPid> observations) {
        return database.sql("""
                        SELECT r.res_id, (v.res_text_vc::jsonb -> 'code')::text AS code,
                               (SELECT jsonb_object_agg(key, value) FROM jsonb_each(v.res_text_vc::jsonb)
                                 WHERE key LIKE 'effective%')::text AS effective
                          FROM hfj_resource r
                          JOIN hfj_res_ver v ON v.partition_id = r.partition_id AND v.res_id = r.res_id AND v.res_ver = r.res_ver
                         WHERE r.partition_id = :partition AND r.res_id = ANY (:rows) AND r.res_deleted_at IS NULL
                        """)
                .param("partition", partition)
                .param("rows", observations.stream().map(JpaPid::getId).toArray(Long[]::new))
                .query((row, number) -> new ObservationFacts(
                        row.getLong("res_id"),
                        codes(read(row.getString("code"))),
                        time(read(row.getString("effective")))))
                .list();
    }

    private JsonNode read(@Nullable String text) {
        try {
            return json.readTree(text == null ? "{}" : text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL has written JSON that cannot be read", e);
        }
    }

    // A text stands for the whole only where nothing is coded.
    private static Set<String> codes(JsonNode code) {
        Set<String> codes = new HashSet<>();
        for (JsonNode coding : code.path("coding")) {
            if (coding.hasNonNull("code")) {
                codes.add("|" + coding.path("system").asText() + "|"
                        + coding.path("code").asText());
            }
        }
        return codes.isEmpty() ? Set.of(code.path("text").asText()) : codes;
    }

    private static @Nullable Instant time(JsonNode effective) {
        JsonNode period = effective.path("effectivePeriod");
        String text = effective.has("effectiveDateTime")
                ? effective.path("effectiveDateTime").asText()
                : effective.has("effectiveInstant")
                        ? effective.path("effectiveInstant").asText()
                        : period.path(period.hasNonNull("end") ? "end" : "start")
                                .asText();
        if (!text.isEmpty()) {
            return end(text);
        }
        return StreamSupport.stream(
                        effective.path("effectiveTiming").path("event").spliterator(), false)
                .map(event -> end(event.asText()))
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    private static @Nullable Instant end(String text) {
        return text.isEmpty() ? null : SearchedPeriod.end(new DateParam(text)).toInstant();
    }
}
