package health.salus.smart;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Settings of a server that issues its tokens itself, at {@code https://salus.example}. */
final class TestSettings {

    private TestSettings() {}

    static SmartSettings in(Path folder) {
        return with(folder, "salus_role", List.of());
    }

    static SmartSettings with(Path folder, String roleClaim, List<String> internalKeyHosts) {
        return new SmartSettings(
                URI.create("https://salus.example"),
                folder,
                new SmartSettings.Auth(null, roleClaim, List.of(), internalKeyHosts, null, Duration.ofDays(180)));
    }
}
