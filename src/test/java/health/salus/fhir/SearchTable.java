package health.salus.fhir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Resource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Resources, searches and what these find, from {@code [name].json} and {@code [name].txt}; how a row is read is said at the top
 * of {@code search-table.txt}.
 *
 * @param name   of the files, and the tag of the resources
 * @param prefix of all ids, which the answers leave out
 */
record SearchTable(String name, String prefix, FhirClient client) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Stores the resources. */
    void store() throws IOException {
        Bundle transaction = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        for (JsonNode json : JSON.readTree(text(name + ".json"))) {
            Resource resource = (Resource) FhirClient.FHIR.newJsonParser().parseResource(json.toString());
            resource.getMeta().addTag("urn:test", name, null);
            transaction
                    .addEntry()
                    .setResource(resource)
                    .getRequest()
                    .setMethod(Bundle.HTTPVerb.PUT)
                    .setUrl(resource.fhirType() + "/" + resource.getIdPart());
        }
        Answer answer = client.post("/", transaction);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    /** Reads the rows of a table. */
    static Stream<Row> rows(String name) throws IOException {
        List<Row> rows = new ArrayList<>();
        String section = "";
        for (String line : text(name + ".txt").lines().toList()) {
            if (line.startsWith("[")) {
                section = line.substring(1, line.length() - 1);
            } else if (!line.isBlank() && !line.startsWith("#")) {
                String[] cells = line.split(" {2,}");
                rows.add(new Row(section, cells[0], cells[1]));
            }
        }
        return rows.stream();
    }

    /** Searches, and compares what comes with what should. */
    void check(Row row) throws IOException {
        Answer answer = client.get(path(row));
        String expected = row.answer();
        if (expected.startsWith("400 ")) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.diagnostics()).contains(expected.substring("400 ".length()));
        } else if (expected.startsWith("total ")) {
            assertThat(answer.resource(Bundle.class).getTotal())
                    .isEqualTo(Integer.parseInt(expected.substring("total ".length())));
        } else if (expected.startsWith("shows")) {
            assertShows(answer, Arrays.asList(expected.split(" ")));
        } else {
            List<BundleEntryComponent> entries = pages(answer);
            List<String> matches = ids(entries, SearchEntryMode.MATCH);
            if (expected.contains(" > ")) {
                assertThat(matches).containsExactly(expected.split(" > "));
            } else {
                assertThat(matches).containsExactlyInAnyOrder(row.expected(0));
            }
            assertThat(ids(entries, SearchEntryMode.INCLUDE)).containsExactlyInAnyOrder(row.expected(1));
        }
    }

    /** Returns the ids of matches or included resources without their prefix. */
    List<String> ids(List<BundleEntryComponent> entries, SearchEntryMode mode) {
        return entries.stream()
                .filter(entry -> entry.getSearch().getMode() == mode)
                .map(entry -> entry.getResource().getIdElement().getIdPart())
                .map(id -> id.startsWith(prefix) ? id.substring(prefix.length()) : id)
                .toList();
    }

    private String path(Row row) {
        String[] parts = row.search().replace("{base}", client.base()).split("\\?", 2);
        String query = Arrays.stream(parts[1].split("&"))
                .map(parameter -> parameter.split("=", 2))
                .map(parameter -> parameter[0] + "=" + FhirClient.encode(parameter[1]))
                .collect(Collectors.joining("&"));
        return "/" + parts[0] + "?" + query + "&_tag=" + name;
    }

    private List<BundleEntryComponent> pages(Answer first) {
        List<BundleEntryComponent> all = new ArrayList<>();
        for (Answer answer = first; answer != null; ) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            Bundle page = answer.resource(Bundle.class);
            all.addAll(page.getEntry());
            answer = page.getLink("next") == null
                    ? null
                    : client.get(page.getLink("next").getUrl());
        }
        return all;
    }

    private static void assertShows(Answer answer, List<String> expected) throws IOException {
        JsonNode shown = JSON.readTree(answer.text()).path("entry").path(0).path("resource");
        List<String> members = new ArrayList<>(List.of("shows"));
        shown.fieldNames().forEachRemaining(members::add);
        members.removeAll(List.of("resourceType", "id", "meta"));

        assertThat(members).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(shown.path("meta").path("tag").findValuesAsText("code")).contains("SUBSETTED");
    }

    private static String text(String file) throws IOException {
        try (InputStream content = Objects.requireNonNull(SearchTable.class.getResourceAsStream("/fhir/" + file))) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * A row.
     *
     * @param section where the rule stands
     */
    record Row(String section, String search, String answer) {

        /** The ids that match, or those that are included. */
        private String[] expected(int part) {
            String[] parts = answer.split(" ?\\+ ", 2);
            return part < parts.length && !parts[part].equals("-") ? parts[part].split(" ") : new String[0];
        }

        @Override
        public String toString() {
            return "#" + section + " " + search + " => " + answer;
        }
    }
}
