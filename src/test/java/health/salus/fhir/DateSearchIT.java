package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Timing;
import org.hl7.fhir.r4.model.Type;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Searches by date, https://hl7.org/fhir/R4/search.html#date and #prefix. */
class DateSearchIT {

    private static final List<String> PREFIXES = List.of("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap");

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String subject =
            "Patient/" + client.create(Records.patient("Datum")).getIdElement().getIdPart();

    @Test
    void eachPrefixFindsWhatTheSpecificationSays() throws IOException {
        List<Row> table = table();
        Map<String, String> ids = new TreeMap<>();
        table.forEach(row -> ids.computeIfAbsent(row.stored(), this::store));
        Set<String> wrong = new TreeSet<>();
        for (String searched : table.stream().map(Row::searched).distinct().toList()) {
            for (String prefix : PREFIXES) {
                Set<String> found = found("date=" + prefix + FhirClient.encode(searched));
                table.stream()
                        .filter(row -> row.searched().equals(searched))
                        .filter(row -> row.finds(prefix) != found.contains(ids.get(row.stored())))
                        .forEach(row -> wrong.add(row.stored() + " by " + prefix + searched + ": "
                                + (row.finds(prefix) ? "not found" : "found")));
            }
        }
        assertThat(table).hasSizeGreaterThan(140);
        assertThat(wrong).isEmpty();
    }

    @Test
    void noPrefixMeansEqual() {
        String june = store("2020-06-15");

        assertThat(found("date=2020-06")).containsExactly(june);
        assertThat(found("date=2020-07")).isEmpty();
    }

    @Test
    void eachOfSeveralValuesHasItsOwnPrefix() {
        String early = store("2019-05-01");
        String late = store("2021-05-01");
        store("2020-05-01");

        assertThat(found("date=lt2020,gt2020")).containsExactlyInAnyOrder(early, late);
        assertThat(found("date=ge2019-05&date=le2019-05")).containsExactly(early);
    }

    @Test
    void chainsAndReverseChainsCompareTheSameWay() {
        store("2020-06-15");
        String id = subject.substring("Patient/".length());

        assertThat(ids("/Patient?_id=" + id + "&_has:Observation:patient:date=ge2020-06"))
                .containsExactly(id);
        assertThat(ids("/Patient?_id=" + id + "&_has:Observation:patient:date=gt2020-06"))
                .isEmpty();
    }

    @Test
    void lastUpdatedEndsWhereTheDayBegins() {
        store("2020-06-15");
        String today = LocalDate.now().toString();

        assertThat(found("_lastUpdated=" + today)).hasSize(1);
        assertThat(found("_lastUpdated=le" + today.substring(0, 7))).hasSize(1);
        assertThat(found("_lastUpdated=lt" + today)).isEmpty();
        assertThat(found("_lastUpdated=gt" + today)).isEmpty();
    }

    @Test
    void impossibleDatesAreRefused() {
        Stream.of("date=foo", "date=ge", "date=2020-13", "date=2020-02-30", "_lastUpdated=ap2020")
                .forEach(query -> assertThat(client.get("/Observation?" + query).status())
                        .as(query)
                        .isEqualTo(400));
    }

    private Set<String> found(String query) {
        return ids("/Observation?_count=1000&subject=" + subject + "&" + query);
    }

    private Set<String> ids(String query) {
        return new TreeSet<>(client.search(query).stream()
                .map(it -> it.getIdElement().getIdPart())
                .toList());
    }

    private String store(String date) {
        Observation observation = Records.observation(subject);
        observation.setSubject(new Reference(subject)).setEffective(effective(date));
        observation.addIdentifier().setValue(UUID.randomUUID().toString());
        return client.create(observation).getIdElement().getIdPart();
    }

    private static Type effective(String text) {
        if (text.startsWith("timing bounds ")) {
            Timing timing = new Timing();
            timing.getRepeat().setBounds(period(text.substring("timing bounds ".length())));
            return timing;
        }
        if (text.startsWith("timing ")) {
            Timing timing = new Timing();
            Arrays.stream(text.split(" "))
                    .skip(1)
                    .forEach(it -> timing.addEventElement().setValueAsString(it));
            return timing;
        }
        return text.contains("/") ? period(text) : new DateTimeType(text);
    }

    private static Period period(String text) {
        String[] ends = text.split("/", 2);
        Period period = new Period();
        if (!ends[0].isEmpty()) {
            period.setStartElement(new DateTimeType(ends[0]));
        }
        if (!ends[1].isEmpty()) {
            period.setEndElement(new DateTimeType(ends[1]));
        }
        return period;
    }

    private static List<Row> table() throws IOException {
        try (InputStream table =
                Objects.requireNonNull(DateSearchIT.class.getResourceAsStream("/fhir/date-search.csv"))) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Row::of)
                    .toList();
        }
    }

    private record Row(String stored, String searched, Set<String> prefixes) {

        static Row of(String line) {
            String[] cells = line.split("; ?");
            return new Row(cells[0], cells[1], Set.of(cells[2].split(" ")));
        }

        boolean finds(String prefix) {
            return prefixes.contains(prefix);
        }
    }
}
