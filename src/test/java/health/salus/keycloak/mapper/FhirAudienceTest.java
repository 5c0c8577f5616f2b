package health.salus.keycloak.mapper;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class FhirAudienceTest {

    private static final String BASE = "https://salus.example/fhir";

    @Test
    void eachTenantHasABaseOfItsOwn() {
        assertThat(FhirAudience.ofTenant(BASE, null)).contains(BASE);
        assertThat(FhirAudience.ofTenant(BASE, "default")).contains(BASE);
        assertThat(FhirAudience.ofTenant(BASE, "north")).contains(BASE + "/north");
    }

    @Test
    void whatIsNoTenantHasNone() {
        for (Object tenant : List.of("", "North", "north/../south", "n", List.of("north", "south"))) {
            assertThat(FhirAudience.ofTenant(BASE, tenant)).as("%s", tenant).isEmpty();
        }
    }

    @Test
    void anAppMustMeanThisBaseAndNoOther() {
        assertThat(FhirAudience.isSame(BASE, Optional.of(BASE))).isTrue();
        assertThat(FhirAudience.isSame(BASE, Optional.of(BASE + "/"))).isTrue();
        assertThat(FhirAudience.isSame(BASE, Optional.of(BASE + "/north"))).isFalse();
        assertThat(FhirAudience.isSame(BASE, Optional.of("https://evil.example/fhir")))
                .isFalse();
        assertThat(FhirAudience.isSame(BASE, Optional.empty())).isFalse();
    }
}
