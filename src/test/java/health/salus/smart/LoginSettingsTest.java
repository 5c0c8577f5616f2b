package health.salus.smart;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.util.HashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LoginSettingsTest {

    private static final Map<String, String> GOOD = Map.of(
            "issuer", "https://login.example.org/realms/clinic", "client-id", "salus", "client-secret", "secret");

    @Test
    void withoutAWordNobodyGetsAnAccountByClaims() {
        assertThat(bound(GOOD).accountsFor()).isEmpty();
    }

    @Test
    void administratorsAndProgramsAreNeverMadeByClaims() {
        for (String role : new String[] {"admin", "system", "practitioner,admin", "Patient", "*"}) {
            assertThatThrownBy(() -> bound(with("accounts-for", role)))
                    .as(role)
                    .isInstanceOf(BindException.class)
                    .hasRootCauseMessage("salus.auth.login.accounts-for takes practitioner and patient;"
                            + " administrators are linked by administrators");
        }
    }

    @Test
    void aProviderIsReachedInAWayThatNobodyCanChange() {
        assertThatThrownBy(() -> bound(with("issuer", "http://login.example.org")))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThat(bound(with("issuer", "http://localhost:18080/realms/x")).issuer())
                .isNotNull();
    }

    @Test
    void aProviderWithoutAClientIsAMistake() {
        assertThatThrownBy(() -> bound(with("client-secret", "")))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bound(with("client-id", " "))).hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEmptyIssuerIsNone() {
        assertThat(bound(Map.of("issuer", "")).issuer()).isNull();
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> settings = new HashMap<>(GOOD);
        settings.put(key, value);
        return settings;
    }

    private static LoginSettings bound(Map<String, String> settings) {
        Map<String, String> named = new HashMap<>();
        settings.forEach((key, value) -> named.put(LoginSettings.PREFIX + "." + key, value));
        return new Binder(new MapConfigurationPropertySource(named))
                .bindOrCreate(LoginSettings.PREFIX, LoginSettings.class);
    }
}
