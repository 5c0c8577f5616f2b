package health.salus.smart;

import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

class FhirBasesTest {

    private static final TenantId NORTH = new TenantId("north");

    private final FhirBases bases = new FhirBases("https://salus.example/");

    @Test
    void aTenantAndItsBaseLeadToEachOther() {
        assertThat(bases.of(TenantId.DEFAULT)).isEqualTo("https://salus.example/fhir");
        assertThat(bases.of(NORTH)).isEqualTo("https://salus.example/fhir/north");
        assertThat(bases.tenantOf("https://salus.example/fhir")).contains(TenantId.DEFAULT);
        assertThat(bases.tenantOf("https://salus.example/fhir/north/")).contains(NORTH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/fhir",
                "https://salus.example/fhirx",
                "https://salus.example",
                "https://salus.example/fhir/north/Patient",
                "https://salus.example/fhir/Patient",
                "https://salus.example.evil.example/fhir",
                "http://salus.example/fhir",
                ""
            })
    void noOtherAddressIsABase(String address) {
        assertThat(bases.tenantOf(address)).isEmpty();
    }

    @Test
    void theTenantOfARequestStandsInItsPath() {
        assertThat(RequestTenant.of(request("/fhir"))).contains(TenantId.DEFAULT);
        assertThat(RequestTenant.of(request("/fhir/Patient/1"))).contains(TenantId.DEFAULT);
        assertThat(RequestTenant.of(request("/fhir/metadata"))).contains(TenantId.DEFAULT);
        assertThat(RequestTenant.of(request("/fhir/north"))).contains(NORTH);
        assertThat(RequestTenant.of(request("/fhir/north/Patient/1"))).contains(NORTH);
    }

    @Test
    void aTenantThatIsWrittenWithEscapesIsNone() {
        assertThat(RequestTenant.of(request("/fhir/%6Eorth/Patient/1"))).isEmpty();
        assertThat(RequestTenant.of(request("/fhirx/Patient"))).isEmpty();
    }

    private static MockHttpServletRequest request(String path) {
        return new MockHttpServletRequest("GET", path);
    }
}
