package health.salus.fhir;

import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** A search of several types, https://hl7.org/fhir/R4/http.html#search. */
class SystemSearchIT {

    private static final int OF_EACH = 3;

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final String tag = UUID.randomUUID().toString();
    private final List<String> made = new ArrayList<>();

    SystemSearchIT() {
        for (int i = 0; i < OF_EACH; i++) {
            String patient = create(Records.patient("Systemweit"));
            create(Records.observation(patient));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&_count=1", "&_count=2", "&_count=3", "&_count=1000", "&_lastUpdated=ge2020-01-01"})
    void findsAllTypesAtEveryPageSize(String more) {
        assertThat(pages(client.get("?_type=Patient,Observation&_tag=" + tag + more)))
                .containsExactlyInAnyOrderElementsOf(made);
        assertThat(pages(client.get("/?_type=Patient&_tag=" + tag + more)))
                .hasSize(OF_EACH)
                .allMatch(it -> it.startsWith("Patient/"));
        assertThat(pages(client.get("?_type=Observation,Patient&_lastUpdated=lt2020-01-01&_tag=" + tag)))
                .isEmpty();
    }

    @Test
    void isPostedAsAForm() {
        Answer found = client.send(
                "POST",
                "/_search",
                BodyPublishers.ofString("_type=Patient,Observation&_count=2&_tag=" + tag),
                "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(pages(found)).containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    void linksToItself() {
        Bundle first = client.get("?_type=Patient,Observation&_tag=" + tag).resource(Bundle.class);

        assertThat(first.hasTotal()).isFalse();
        assertThat(pages(client.get(first.getLink("self").getUrl()))).containsExactlyInAnyOrderElementsOf(made);
    }

    @ParameterizedTest
    @ValueSource(strings = {"_summary=count", "_count=0"})
    void countsAllTypesTogether(String count) {
        Bundle counted = client.get("?_type=Patient,Observation&" + count + "&_tag=" + tag)
                .resource(Bundle.class);

        assertThat(counted.getTotal()).isEqualTo(2 * OF_EACH);
        assertThat(counted.getEntry()).isEmpty();
        assertThat(counted.getLink("next")).isNull();
        assertThat(client.get("?_type=Patient,Observation&_lastUpdated=lt2020-01-01&_tag=" + tag + "&" + count)
                        .resource(Bundle.class)
                        .getTotal())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "3", "4", "100"})
    void saysOnEveryPageHowManyThereAreOfAllTypesOrNothing(String count) {
        String path = "?_type=Patient,Observation&_tag=" + tag + "&_count=" + count;

        assertThat(totals(path + "&_total=accurate")).isNotEmpty().allMatch(total -> total == 2 * OF_EACH);
        assertThat(totals(path)).isNotEmpty().allMatch(total -> total == -1);
    }

    @Test
    void takesWhatAllTypesAreSearchedBy() {
        String patient = made.get(0);
        create(new Condition().setSubject(new Reference(patient)));

        assertThat(pages(client.get("?_type=Observation,Condition&patient=" + patient + "&_tag=" + tag)))
                .hasSize(2)
                .contains(made.get(made.size() - 1));
        assertThat(client.get("?_type=Observation,Condition&_summary=count&patient=" + patient)
                        .resource(Bundle.class)
                        .getTotal())
                .isEqualTo(2);
    }

    @Test
    void countsNothingThatTheCallerMayNotSearch() {
        String patients = new TestTokens(server).of(Role.SYSTEM, null, "system/Patient.rs");
        FhirClient limited = FhirClient.withToken(server.fhirBase(), patients);

        assertThat(limited.get("?_type=Patient,Observation&_summary=count&_tag=" + tag)
                        .status())
                .isEqualTo(403);
        assertThat(limited.get("?_type=Patient&_summary=count&_tag=" + tag)
                        .resource(Bundle.class)
                        .getTotal())
                .isEqualTo(OF_EACH);
    }

    @Test
    void isNamedInTheCapabilityStatement() {
        CapabilityStatement statement = client.get("/metadata").resource(CapabilityStatement.class);

        assertThat(statement.getRestFirstRep().getInteraction())
                .extracting(it -> it.getCode().toCode())
                .contains("search-system", "transaction", "batch", "history-system")
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?_tag=a",
                "?_type=",
                "?_type=Patient,Nothing",
                "?_type=Patient,Observation&_sort=_lastUpdated",
                "?_type=Patient,Observation&code=718-7",
                "?_type=Patient&unknown=1"
            })
    void refusesWhatItCannotAnswer(String query) {
        Answer answer = client.get(query);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.diagnostics()).isNotBlank();
    }

    private String create(Resource resource) {
        resource.getMeta().addTag("urn:test", tag, null);
        String reference = client.create(resource)
                .getIdElement()
                .toUnqualifiedVersionless()
                .getValue();
        made.add(reference);
        return reference;
    }

    private List<Integer> totals(String path) {
        List<Integer> totals = new ArrayList<>();
        for (Answer answer = client.get(path); answer != null; ) {
            Bundle page = answer.resource(Bundle.class);
            totals.add(page.hasTotal() ? page.getTotal() : -1);
            answer = page.getLink("next") == null
                    ? null
                    : client.get(page.getLink("next").getUrl());
        }
        return totals;
    }

    private List<String> pages(Answer first) {
        List<String> all = new ArrayList<>();
        for (Answer answer = first; answer != null; ) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            Bundle page = answer.resource(Bundle.class);
            page.getEntry()
                    .forEach(entry -> all.add(entry.getResource()
                            .getIdElement()
                            .toUnqualifiedVersionless()
                            .getValue()));
            answer = page.getLink("next") == null
                    ? null
                    : client.get(page.getLink("next").getUrl());
        }
        return all;
    }
}
