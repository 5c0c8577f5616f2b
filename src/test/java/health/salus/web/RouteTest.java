package health.salus.web;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The access log shows where a request went, but no id. */
class RouteTest {

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/fhir, /fhir",
        "/fhir/metadata, /fhir/metadata",
        "/fhir/Patient, /fhir/Patient",
        "/fhir/Patient/123, /fhir/Patient/*",
        "/fhir/Patient/john-doe, /fhir/Patient/*",
        "/fhir/Patient/Doe/_history/2, /fhir/Patient/*/_history/*",
        "/fhir/Patient/123/$everything, /fhir/Patient/*/$everything",
        "/fhir/north/Patient/_search, /fhir/*/Patient/_search",
        "/fhir/.well-known/smart-configuration, /fhir/.well-known/smart-configuration",
        "/oauth2/token, /oauth2/token",
        "/fhir/Patient/123/Condition, /fhir/Patient/*/Condition",
        "/fhir/Mustermann/1, /fhir/*/*",
        "/fhir/mustermann/1, /fhir/*/*",
        "/anna-muster/visit, /*/*",
        "/fhir/Patient/1/$muster, /fhir/Patient/*/*",
        "/fhir/Erika%20Mustermann, /fhir/*",
    })
    void idsAreHidden(String path, String route) {
        assertThat(Route.of(path)).isEqualTo(route);
    }
}
