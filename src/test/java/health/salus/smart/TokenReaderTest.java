package health.salus.smart;

import health.salus.tenant.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.Jwt;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TokenReaderTest {

    private static final String BASE = "https://salus.example/fhir";

    @Test
    void aTokenOfThisServerSaysWhoTheCallerIs() {
        SmartPrincipal caller = reader("salus_role")
                .read(
                        token().claim("salus_role", "patient")
                                .claim("salus_tenant", "default")
                                .claim("fhirUser", BASE + "/Patient/p1")
                                .claim("patient", "p1")
                                .claim("scope", "openid patient/*.rs")
                                .claim("client_id", "app")
                                .build(),
                        TenantId.DEFAULT);

        assertThat(caller.role()).isEqualTo(Role.PATIENT);
        assertThat(caller.fhirUser()).isEqualTo("Patient/p1");
        assertThat(caller.patient()).isEqualTo("p1");
        assertThat(caller.scopes()).containsExactlyInAnyOrder("openid", "patient/*.rs");
        assertThat(caller.clientId()).isEqualTo("app");
    }

    @Test
    void aTokenOfKeycloakSaysItInItsOwnWords() {
        SmartPrincipal caller = reader("realm_access.roles")
                .read(
                        token().claim("azp", "app")
                                .claim("scope", "openid email profile user/Observation.rs")
                                .claim(
                                        "realm_access",
                                        Map.of("roles", List.of("offline_access", "patient", "practitioner")))
                                .build(),
                        TenantId.DEFAULT);

        assertThat(caller.role()).isEqualTo(Role.PRACTITIONER);
        assertThat(caller.clientId()).isEqualTo("app");
    }

    @Test
    void aRoleThatIsNotKnownIsNone() {
        assertThat(reader("salus_role")
                        .read(
                                token().claim("azp", "a")
                                        .claim("salus_role", "Admin")
                                        .build(),
                                TenantId.DEFAULT)
                        .role())
                .isNull();
        assertThat(reader("realm_access.roles")
                        .read(
                                token().claim("azp", "a")
                                        .claim("realm_access", "admin")
                                        .build(),
                                TenantId.DEFAULT)
                        .role())
                .isNull();
    }

    @Test
    void severalPatientsAreNoPatient() {
        assertThat(reader("salus_role")
                        .read(
                                token().claim("azp", "a")
                                        .claim("patient", List.of("p1", "p2"))
                                        .build(),
                                TenantId.DEFAULT)
                        .patient())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"p1/../p2", "p1,p2", "p1?x", "Group/p1", "https://elsewhere.example/fhir/Patient/p1", ""})
    void whatIsNoIdOfAPatientIsNoPatient(String patient) {
        assertThat(reader("salus_role")
                        .read(
                                token().claim("azp", "a")
                                        .claim("patient", patient)
                                        .build(),
                                TenantId.DEFAULT)
                        .patient())
                .isNull();
    }

    @Test
    void aTokenForAnotherBaseIsRefused() {
        assertThatThrownBy(() ->
                        reader("salus_role").read(token().claim("azp", "a").build(), new TenantId("north")))
                .isInstanceOf(OAuth2AuthenticationException.class);
        assertThatThrownBy(() -> reader("salus_role")
                        .read(
                                token().claim("azp", "a")
                                        .claim("salus_tenant", "north")
                                        .build(),
                                TenantId.DEFAULT))
                .isInstanceOf(OAuth2AuthenticationException.class);
    }

    private static TokenReader reader(String roleClaim) {
        return new TokenReader(
                new FhirBases("https://salus.example"), TestSettings.with(Path.of("data"), roleClaim, List.of()));
    }

    private static Jwt.Builder token() {
        return Jwt.withTokenValue("token")
                .header("alg", "RS256")
                .subject("somebody")
                .audience(List.of("account", BASE));
    }
}
