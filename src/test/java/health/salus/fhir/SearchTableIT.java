package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** What searches find and show, by https://hl7.org/fhir/R4/search.html: the rows of {@code search-table.txt}. */
class SearchTableIT {

    private static final TestServer SERVER = TestServer.shared();
    private static final FhirClient CLIENT = FhirClient.withToken(SERVER.fhirBase(), Tokens.backend(SERVER));
    private static final SearchTable TABLE = new SearchTable("search-table", "sx-", CLIENT);

    @BeforeAll
    static void storeResources() throws IOException {
        TABLE.store();
    }

    static Stream<SearchTable.Row> rows() throws IOException {
        return SearchTable.rows("search-table");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void searchFindsWhatTheSpecificationSays(SearchTable.Row row) throws IOException {
        TABLE.check(row);
    }

    @Test
    void eachPageHasWhatItsMatchesInclude() {
        String search = "/Observation?subject=sx-adam&_include=Observation:subject&_count=1&_sort=_id";
        Bundle first = CLIENT.get(search).resource(Bundle.class);
        Bundle second = CLIENT.get(first.getLink("next").getUrl()).resource(Bundle.class);

        assertThat(TABLE.ids(first.getEntry(), SearchEntryMode.MATCH)).containsExactly("bare");
        assertThat(TABLE.ids(first.getEntry(), SearchEntryMode.INCLUDE)).containsExactly("adam");
        assertThat(TABLE.ids(second.getEntry(), SearchEntryMode.MATCH)).containsExactly("comma");
        assertThat(TABLE.ids(second.getEntry(), SearchEntryMode.INCLUDE)).containsExactly("adam");
        assertThat(second.getLink("next")).isNull();
    }

    @Test
    void includedResourcesAreWholeWhateverElementsAreAskedFor() {
        List<Resource> found =
                CLIENT.search("/Observation?_id=sx-hb-eve&_include=Observation:subject&_elements=status");

        assertThat(found)
                .filteredOn(Patient.class::isInstance)
                .singleElement()
                .satisfies(it -> assertThat(((Patient) it).getBirthDate()).isNotNull())
                .satisfies(it -> assertThat(it.getMeta().getTag()).noneMatch(tag -> "SUBSETTED".equals(tag.getCode())));
    }

    @Test
    void selfLinkSaysWhatWasSearched() {
        Bundle found = CLIENT.get("/Patient?family=meyer&_sort=given&_count=7&_include=Patient:organization")
                .resource(Bundle.class);

        assertThat(found.getLink("self").getUrl())
                .contains("family=meyer", "_sort=given", "_count=7", "_include=Patient");
    }
}
