package health.salus.keycloak.mapper;

import org.junit.jupiter.api.Test;
import org.keycloak.representations.AccessToken;

import static org.assertj.core.api.Assertions.assertThat;

class LaunchResponseTest {

    @Test
    void theAppIsToldOfThePatientThatItWasGrantedToKnow() {
        assertThat(LaunchResponse.of(token("p1", "openid launch/patient")))
                .containsEntry("patient", "p1")
                .containsEntry("need_patient_banner", true);
        assertThat(LaunchResponse.of(token("p1", "patient/Observation.rs"))).containsEntry("patient", "p1");
    }

    @Test
    void otherAppsAreToldNothing() {
        assertThat(LaunchResponse.of(token("p1", "openid user/*.rs"))).isEmpty();
        assertThat(LaunchResponse.of(token("p1", null))).isEmpty();
        assertThat(LaunchResponse.of(token(null, "launch/patient patient/*.rs")))
                .isEmpty();
    }

    private static AccessToken token(String patient, String scope) {
        AccessToken token = new AccessToken();
        token.setScope(scope);
        if (patient != null) {
            token.setOtherClaims("patient", patient);
        }
        return token;
    }
}
