package health.salus;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** The packages depend on each other only as their {@code package-info} declares. */
class ModularityTest {

    @Test
    void packagesDependOnlyOnWhatTheyDeclare() {
        ApplicationModules.of(SalusApplication.class).verify();
    }
}
