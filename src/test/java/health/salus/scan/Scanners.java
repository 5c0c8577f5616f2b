package health.salus.scan;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.util.HashMap;
import java.util.Map;

/** Scanners as the settings make them. */
public final class Scanners {

    private Scanners() {}

    public static ContentScanner none() {
        return scanner(Map.of());
    }

    public static ContentScanner clamd(int port, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("salus.scan.clamd-host", "localhost");
        all.put("salus.scan.clamd-port", Integer.toString(port));
        return scanner(all);
    }

    private static ContentScanner scanner(Map<String, String> settings) {
        return new ScanConfiguration()
                .contentScanner(new Binder(new MapConfigurationPropertySource(settings))
                        .bindOrCreate("salus.scan", ScanSettings.class));
    }
}
