package health.salus.smart;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class BundleEntriesTest {

    @ParameterizedTest
    @CsvSource({
        "GET,    Patient/1,                  READ,             Patient",
        "GET,    /Patient/1,                 READ,             Patient",
        "GET,    Patient/1/_history,         HISTORY_INSTANCE, Patient",
        "GET,    Patient/1/_history/2,       VREAD,            Patient",
        "GET,    Patient?name=x/y,           SEARCH_TYPE,      Patient",
        "GET,    Patient/_search?name=x,     SEARCH_TYPE,      Patient",
        "GET,    Patient/_history,           HISTORY_TYPE,     Patient",
        "GET,    _history,                   HISTORY_SYSTEM,   ''",
        "GET,    ?_tag=x,                    SEARCH_SYSTEM,    ''",
        "POST,   Observation,                CREATE,           Observation",
        "PUT,    Observation/1,              UPDATE,           Observation",
        "PATCH,  Observation/1,              PATCH,            Observation",
        "DELETE, Observation/1,              DELETE,           Observation"
    })
    void anEntryIsReadAsTheInteractionItAsksFor(HTTPVerb verb, String url, RestOperationTypeEnum kind, String type) {
        assertThat(BundleEntries.interaction(entry(verb, url))).contains(Interaction.of(kind, type));
    }

    @ParameterizedTest
    @CsvSource({"PUT, UPDATE", "PATCH, PATCH", "DELETE, DELETE"})
    void aSearchInsteadOfAnIdIsACondition(HTTPVerb verb, RestOperationTypeEnum kind) {
        assertThat(BundleEntries.interaction(entry(verb, "Patient?identifier=a|b")))
                .contains(new Interaction(kind, "Patient", true));
    }

    @Test
    void aCreateWithIfNoneExistIsConditional() {
        assertThat(BundleEntries.interaction(entry(HTTPVerb.POST, "Patient").setIfNoneExist("identifier=a|b")))
                .contains(new Interaction(RestOperationTypeEnum.CREATE, "Patient", true));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  Patient/1/$everything",
        "GET,  $export",
        "POST, Patient/$validate",
        "GET,  other-tenant/Patient/1",
        "GET,  default/Patient/1",
        "GET,  http://localhost:8080/fhir/other-tenant/Patient/1",
        "GET,  ../other-tenant/Patient/1",
        "GET,  %61cme/Patient/1",
        "GET,  metadata",
        "GET,  Patient/1/Observation",
        "POST, ''",
        "POST, Patient/_search",
        "PUT,  Patient/1/_history/1"
    })
    void whatIsNoInteractionOnAResourceTypeIsNone(HTTPVerb verb, String url) {
        assertThat(BundleEntries.interaction(entry(verb, url))).isEmpty();
    }

    private static BundleEntryRequestComponent entry(HTTPVerb verb, String url) {
        return new BundleEntryRequestComponent().setMethod(verb).setUrl(url);
    }
}
