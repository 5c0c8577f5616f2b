package health.salus.bench;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;

/** Thirty searches as EHR systems and apps make them, each with values drawn from what is stored. */
final class SearchMix {

    private static final List<BiFunction<Sample, Random, String>> QUERIES = List.of(
            (s, r) -> "Patient?family=" + value("Patient", "/name/0/family", s, r),
            (s, r) -> "Patient?name=" + value("Patient", "/name/0/given/0", s, r),
            (s, r) -> "Patient?birthdate=" + value("Patient", "/birthDate", s, r),
            (s, r) -> "Patient?birthdate=ge" + year(1950, r) + "&birthdate=lt2000-01-01",
            (s, r) -> "Patient?identifier=" + value("Patient", "/identifier/0/value", s, r),
            (s, r) -> "Patient?gender=female&_sort=birthdate&_count=20",
            (s, r) -> "Patient?_id=" + s.id("Patient", r),
            (s, r) -> "Patient?address-city=" + value("Patient", "/address/0/city", s, r),
            (s, r) -> "Observation?patient=" + s.id("Patient", r) + "&_count=50",
            (s, r) -> "Observation?patient=" + s.id("Patient", r) + "&code=" + code("Observation", s, r),
            (s, r) -> "Observation?patient=" + s.id("Patient", r) + "&date=ge" + year(2015, r),
            (s, r) -> "Observation?subject=Patient/" + s.id("Patient", r) + "&category=laboratory&_sort=-date&_count=20",
            (s, r) -> "Observation?code=" + code("Observation", s, r) + "&_count=20",
            (s, r) -> "Observation?code=" + code("Observation", s, r) + "&date=ge" + year(2012, r) + "&_count=20",
            (s, r) -> "Observation?encounter=" + s.id("Encounter", r),
            (s, r) -> "Observation?patient=" + s.id("Patient", r) + "&_summary=count",
            (s, r) -> "Observation?patient.family=" + value("Patient", "/name/0/family", s, r) + "&_count=20",
            (s, r) -> "Observation?subject:Patient.birthdate=lt" + year(1980, r) + "&code=" + code("Observation", s, r)
                    + "&_count=10",
            (s, r) -> "Observation?code=" + code("Observation", s, r) + "&value-quantity=gt" + r.nextInt(100)
                    + "&_count=20",
            (s, r) -> "Observation?patient=" + s.id("Patient", r) + "&_include=Observation:patient&_count=20",
            (s, r) -> "Condition?patient=" + s.id("Patient", r),
            (s, r) -> "Condition?code=" + code("Condition", s, r) + "&_count=20",
            (s, r) -> "Condition?patient=" + s.id("Patient", r) + "&clinical-status=active",
            (s, r) -> "Patient?_has:Condition:patient:code=" + code("Condition", s, r) + "&_count=20",
            (s, r) -> "Patient?_has:Observation:patient:code=" + code("Observation", s, r) + "&gender=male&_count=20",
            (s, r) -> "Encounter?patient=" + s.id("Patient", r) + "&_sort=-date&_count=10",
            (s, r) -> "Encounter?date=ge" + year(2016, r) + "&date=lt" + year(2022, r) + "&_count=20",
            (s, r) -> "MedicationRequest?patient=" + s.id("Patient", r) + "&_include=MedicationRequest:encounter"
                    + "&_count=20",
            (s, r) -> "Patient?_id=" + s.id("Patient", r) + "&_revinclude=Condition:patient",
            (s, r) -> "MedicationRequest?patient=" + s.id("Patient", r) + "&_count=5");

    private SearchMix() {}

    /** Makes one of the searches; of every fifth that has one, the next page, too. */
    static void step(Http http, Sample sample, Random random) throws IOException {
        String query = QUERIES.get(random.nextInt(QUERIES.size())).apply(sample, random);
        Http.Answer answer = http.get("/" + query);
        Workloads.require(answer, 200);
        if (random.nextInt(5) == 0) {
            for (var link : Sample.parse(answer).path("link")) {
                if (link.path("relation").asText().equals("next")) {
                    Workloads.require(http.get(link.path("url").asText()), 200);
                }
            }
        }
    }

    private static String code(String type, Sample sample, Random random) {
        return value(type, "/code/coding/0/code", sample, random);
    }

    private static String value(String type, String pointer, Sample sample, Random random) {
        return URLEncoder.encode(sample.value(type, pointer, random), StandardCharsets.UTF_8);
    }

    private static String year(int first, Random random) {
        return (first + random.nextInt(8)) + "-0" + (1 + random.nextInt(9)) + "-01";
    }
}
