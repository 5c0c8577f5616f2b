package health.salus.smart;

import org.junit.jupiter.api.Test;

import static health.salus.smart.Callers.rights;
import static health.salus.smart.Permission.CREATE;
import static health.salus.smart.Permission.READ;
import static health.salus.smart.Permission.SEARCH;
import static org.assertj.core.api.Assertions.assertThat;

class AccessRightsTest {

    @Test
    void userScopesOfStaffHoldInTheWholeTenant() {
        assertThat(rights(Role.PRACTITIONER, null, "user/Observation.rs").inTenant("Observation", READ))
                .isTrue();
        assertThat(rights(Role.ADMIN, null, "user/*.cruds").inTenant("Patient", CREATE))
                .isTrue();
    }

    @Test
    void noTypeAndNoLetterIsAddedToAScope() {
        AccessRights rights = rights(Role.PRACTITIONER, null, "user/Observation.r");

        assertThat(rights.inTenant("Observation", SEARCH)).isFalse();
        assertThat(rights.inTenant("Patient", READ)).isFalse();
        assertThat(rights.seesWholeTenant()).isFalse();
    }

    @Test
    void userScopesOfAPatientHoldForTheirOwnRecordOnly() {
        AccessRights rights = rights(Role.PATIENT, "p1", "user/*.cruds");

        assertThat(rights.inOwnRecord("Observation", READ)).isTrue();
        assertThat(rights.inTenant("Observation", READ)).isFalse();
        assertThat(rights.isLimitedToPatient()).isTrue();
    }

    @Test
    void nothingInARecordIsChangedByItsPatient() {
        assertThat(rights(Role.PATIENT, "p1", "patient/*.cruds").anywhere("Observation", CREATE))
                .isFalse();
    }

    @Test
    void patientScopesWithoutAPatientGrantNothing() {
        AccessRights rights = rights(Role.PRACTITIONER, null, "patient/*.rs");

        assertThat(rights.anywhere("Observation", READ)).isFalse();
        assertThat(rights.anywhere("Patient", SEARCH)).isFalse();
    }

    @Test
    void systemScopesAreForProgramsAndUserScopesForPeople() {
        assertThat(rights(Role.ADMIN, null, "system/*.cruds").anywhere("Patient", READ))
                .isFalse();
        assertThat(rights(Role.SYSTEM, null, "user/*.cruds").anywhere("Patient", READ))
                .isFalse();
        assertThat(rights(Role.SYSTEM, null, "system/*.cruds").seesWholeTenant())
                .isTrue();
    }

    @Test
    void withoutARoleOrAScopeThereIsNothing() {
        assertThat(rights(null, null, "user/*.cruds", "system/*.cruds").anywhere("Patient", READ))
                .isFalse();
        assertThat(rights(Role.ADMIN, "p1").anywhere("Patient", READ)).isFalse();
        assertThat(rights(Role.ADMIN, "p1", "openid", "launch/patient").anywhere("Patient", READ))
                .isFalse();
    }
}
