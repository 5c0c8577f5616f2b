package health.salus.smart;

import org.junit.jupiter.api.Test;

import static health.salus.smart.Callers.caller;
import static org.assertj.core.api.Assertions.assertThat;

class SearchOwnerTest {

    private final SearchOwner patient = owner(caller(Role.PATIENT, "p1", "patient/*.rs"));

    @Test
    void aSearchIdFitsIntoHapisColumnAndIsNewEachTime() {
        assertThat(patient.newSearchId()).hasSize(48).isNotEqualTo(patient.newSearchId());
    }

    @Test
    void aCallerPagesThroughTheirOwnSearchesOnly() {
        SearchOwner other = owner(caller(Role.PATIENT, "p2", "patient/*.rs"));

        assertThat(patient.mayPageThrough(patient.newSearchId())).isTrue();
        assertThat(patient.mayPageThrough(other.newSearchId())).isFalse();
        assertThat(patient.mayPageThrough("4a1c8d52-5d6e-4f0a-9a53-0f6f1f1c2b3d"))
                .isFalse();
    }

    @Test
    void thoseWhoSeeTheWholeTenantShareTheirSearches() {
        SearchOwner doctor = owner(caller(Role.PRACTITIONER, null, "user/*.cruds"));
        SearchOwner program = owner(caller(Role.SYSTEM, null, "system/*.rs"));

        assertThat(doctor.mayPageThrough(program.newSearchId())).isTrue();
        assertThat(patient.mayPageThrough(program.newSearchId())).isFalse();
        assertThat(doctor.mayPageThrough(patient.newSearchId())).isFalse();
    }

    private static SearchOwner owner(SmartPrincipal caller) {
        return SearchOwner.of(caller, AccessRights.of(caller, CallerRules.NONE));
    }
}
