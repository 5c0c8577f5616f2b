package health.salus.fhir;

import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceOperationComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceSearchParamComponent;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The searches that US Core and International Patient Access expect of a server: the rows of {@code us-core-table.txt}. */
class UsCoreSearchIT {

    private static final TestServer SERVER = TestServer.shared();
    private static final FhirClient CLIENT = FhirClient.withToken(SERVER.fhirBase(), Tokens.backend(SERVER));
    private static final SearchTable TABLE = new SearchTable("us-core-table", "us-", CLIENT);

    @BeforeAll
    static void storeResources() throws IOException {
        TABLE.store();
    }

    @Test
    void docrefFindsTheNewestSummaryOfCareIfNoDatesAreGiven() {
        assertThat(documents(CLIENT.get("/DocumentReference/$docref?patient=us-amy")))
                .containsExactly("ccd");
        assertThat(documents(CLIENT.get("/DocumentReference/$docref?patient=us-ben")))
                .isEmpty();
        assertThat(documents(CLIENT.get("/DocumentReference/$docref?patient=us-nobody")))
                .isEmpty();
    }

    @Test
    void docrefFindsDocumentsAboutCareBetweenDates() {
        String path = "/DocumentReference/$docref?patient=us-amy";

        assertThat(documents(CLIENT.get(path + "&start=2019-10-01"))).containsExactly("ccd", "note");
        assertThat(documents(CLIENT.get(path + "&start=2019-10-01&end=2019-12-31")))
                .containsExactly("note");
        assertThat(documents(CLIENT.get(path + "&end=2016"))).containsExactly("old-ccd");
        assertThat(documents(CLIENT.get(path + "&start=2019&on-demand=true"))).isEmpty();
    }

    @Test
    void docrefTakesTypesInItsBody() {
        Parameters asked = new Parameters();
        asked.addParameter("patient", new IdType("us-amy"));
        asked.addParameter("start", new DateTimeType("2015-01-01"));
        asked.addParameter().setName("type").setValue(new Coding("http://loinc.org", "11506-3", null));

        assertThat(documents(CLIENT.post("/DocumentReference/$docref", asked))).containsExactly("note");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?patient=", "?patient=us-amy&start=yesterday", "?patient=us-amy&profile=http://x.org"})
    void docrefRefusesWhatItCannotAnswer(String query) {
        Answer answer = CLIENT.get("/DocumentReference/$docref" + query);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.diagnostics()).isNotBlank();
    }

    @Test
    void statementNamesTheSearchParametersOfUsCore() {
        CapabilityStatement statement =
                FhirClient.anonymous(SERVER.fhirBase()).get("/metadata").resource(CapabilityStatement.class);

        assertThat(statement.getRestFirstRep().getResource())
                .filteredOn(it -> it.getType().equals("Patient"))
                .singleElement()
                .satisfies(it -> assertThat(it.getSearchParam())
                        .extracting(CapabilityStatementRestResourceSearchParamComponent::getName)
                        .contains(
                                "race",
                                "ethnicity",
                                "_id",
                                "_lastUpdated",
                                "_text",
                                "_content",
                                "_filter",
                                "_list",
                                "_has")
                        .doesNotContain("_query", "_language")
                        .doesNotHaveDuplicates())
                .satisfies(it -> assertThat(it.getSearchRevInclude())
                        .extracting(StringType::getValue)
                        .contains("Provenance:target"));
        assertThat(statement.getRestFirstRep().getResource())
                .filteredOn(it -> it.getType().equals("DocumentReference"))
                .singleElement()
                .satisfies(it -> assertThat(it.getOperation())
                        .extracting(CapabilityStatementRestResourceOperationComponent::getName)
                        .contains("docref"));
    }

    private static List<String> documents(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Bundle found = answer.resource(Bundle.class);
        assertThat(found.getType()).isEqualTo(Bundle.BundleType.SEARCHSET);
        return found.getEntry().stream()
                .map(it -> it.getResource().getIdElement().getIdPart().substring("us-".length()))
                .toList();
    }

    static Stream<SearchTable.Row> rows() throws IOException {
        return SearchTable.rows("us-core-table");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void searchFindsWhatTheImplementationGuidesExpect(SearchTable.Row row) throws IOException {
        TABLE.check(row);
    }
}
