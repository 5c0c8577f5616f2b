package health.salus.smart;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Set;

import static health.salus.smart.Permission.CREATE;
import static health.salus.smart.Permission.DELETE;
import static health.salus.smart.Permission.READ;
import static health.salus.smart.Permission.SEARCH;
import static health.salus.smart.Permission.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SmartScopesTest {

    @Test
    void versionTwoLettersArePermissions() {
        assertThat(SmartScopes.parse("patient/Observation.rs").clinical())
                .containsExactly(new ClinicalScope(
                        ClinicalScope.Context.PATIENT, "Observation", Set.of(READ, SEARCH), ScopeFilter.NONE));
        assertThat(permissions("system/*.cruds")).containsExactlyInAnyOrder(CREATE, READ, UPDATE, DELETE, SEARCH);
    }

    @Test
    void versionOneWordsAreTheLettersTheSpecificationMapsThemTo() {
        assertThat(permissions("user/Patient.read")).containsExactlyInAnyOrder(READ, SEARCH);
        assertThat(permissions("user/Patient.write")).containsExactlyInAnyOrder(CREATE, UPDATE, DELETE);
        assertThat(permissions("user/*.*")).containsExactlyInAnyOrder(CREATE, READ, UPDATE, DELETE, SEARCH);
    }

    @Test
    void whatOpensNoClinicalDataIsKeptAsItIs() {
        SmartScopes scopes = SmartScopes.parse("openid fhirUser launch/patient offline_access email");

        assertThat(scopes.clinical()).isEmpty();
        assertThat(scopes.others())
                .containsExactlyInAnyOrder("openid", "fhirUser", "launch/patient", "offline_access", "email");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patient/Observation.",
                "patient/Observation.sr",
                "patient/Observation.rr",
                "patient/Observation.rx",
                "patient/Observation.Read",
                "patient/Observation",
                "patient/observation.rs",
                "patient/Unicorn.rs",
                "patient/.rs",
                "patient/*Observation.rs",
                "Patient/Observation.rs",
                "practitioner/Observation.rs",
                "xpatient/Observation.rs",
                "patient/Observation.rs,patient/Patient.rs",
                "patient/Observation.rs?",
                "patient/Observation.rs?category",
                "patient/Observation.rs?category=",
                "patient/Observation.rs?category=|laboratory",
                "patient/Observation.rs?category=laboratory,",
                "patient/Observation.rs?category=a|b|c",
                "patient/Observation.rs?category:not=laboratory",
                "patient/Observation.rs?category=laboratory&",
                "patient/Observation.rs?category=labo%72atory",
                "patient/Observation.rs?unknown=laboratory",
                "patient/Observation.rs?date=gt2020",
                "patient/Observation.rs?patient.name=x",
                "patient/Observation.rs?subject=Patient/1",
                "patient/Observation.rs?_id=1",
                "patient/Observation.rs?_has:Provenance:target:agent=1",
                "patient/Observation.rs?_include=Observation:subject",
                "patient/Observation.read?category=laboratory",
                "patient/*.rs?category=laboratory",
                "user/Observation.rs\tsystem/*.cruds",
                "launch/patient/x",
                "https://example.org/scope"
            })
    void oneScopeThatIsNotUnderstoodSpoilsTheWhole(String scope) {
        assertThatThrownBy(() -> SmartScopes.parse("openid patient/Patient.r " + scope))
                .isInstanceOf(InvalidScopeException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "patient/*.rs,     patient/Observation.r,  true",
        "patient/*.rs,     patient/*.read,         true",
        "patient/*.cruds,  patient/*.*,            true",
        "patient/*.rs,     patient/*.*,            false",
        "patient/*.rs,     user/Observation.r,     false",
        "patient/Patient.r, patient/Observation.r, false",
        "patient/Patient.r, patient/*.r,           false",
        "patient/Observation.rs, patient/Observation.r?category=laboratory, true",
        "patient/*.rs,     patient/Observation.r?category=laboratory, true",
        "patient/Observation.rs?category=laboratory, patient/Observation.rs, false",
        "patient/Observation.rs?category=laboratory, patient/Observation.r?category=laboratory, true",
        "patient/Observation.rs?category=laboratory, patient/Observation.r?category=laboratory&code=1-1, true",
        "patient/Observation.rs?category=laboratory, patient/Observation.r?category=http://x|laboratory, false",
        "patient/Observation.rs?category=laboratory, patient/Observation.r?code=1-1, false",
        "openid,           openid,                 true",
        "openid,           fhirUser,               false",
        "launch/patient,   launch/encounter,       false"
    })
    void aRegisteredScopeCoversNarrowerOnesInEitherSyntax(String registered, String requested, boolean covered) {
        assertThat(SmartScopes.parse(registered).covers(SmartScopes.parse(requested)))
                .isEqualTo(covered);
    }

    @Test
    void aPatientIsNeededForEveryScopeThatIsAboutOne() {
        assertThat(List.of("launch/patient", "patient/Patient.r"))
                .allMatch(scope -> SmartScopes.parse(scope).needsPatient());
        assertThat(SmartScopes.parse("openid user/*.rs system/*.rs").needsPatient())
                .isFalse();
    }

    private static Set<Permission> permissions(String scope) {
        return SmartScopes.parse(scope).clinical().get(0).permissions();
    }

    @Test
    void aFilterIsSaidInWords() {
        assertThat(ScopeText.of("patient/Observation.rs?category=http://example.org/c|laboratory&status=final"))
                .isEqualTo("Read, search: data of the kind “Observation” in this one record,"
                        + " only where category is laboratory and status is final");
    }
}
