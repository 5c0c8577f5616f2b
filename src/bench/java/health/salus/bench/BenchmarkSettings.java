package health.salus.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * How large a run is; each is a system property {@code bench.<name>}, and {@code mvn -Pbench verify} hands them on.
 *
 * @param jar     the packaged Salus
 * @param data    the folder with the transaction bundles of Synthea
 * @param output  where the report and the raw numbers go
 * @param rounds  how often both servers take their turn
 * @param bundles most patients to import, spread over the three import workloads; the largest bundles are left out first
 * @param warmUp  seconds of each workload that are not counted
 * @param seconds seconds of each workload that are counted
 * @param clients requests under way at the same time in the mixes
 * @param servers which take part, {@code salus}, {@code stock} or {@code unaudited}; the first is compared with the last
 * @param workloads which mixes, by their names in the report; empty for all
 * @param heap    the {@code -Xmx} of both
 */
record BenchmarkSettings(
        Path jar,
        Path data,
        Path output,
        int rounds,
        int bundles,
        int warmUp,
        int seconds,
        int clients,
        List<String> servers,
        List<String> workloads,
        String heap) {

    static BenchmarkSettings fromSystemProperties() {
        return new BenchmarkSettings(
                Path.of(property("jar", "target/salus.jar")),
                Path.of(property("data", "target/bench/synthea/fhir")),
                Path.of(property("output", "target/bench")),
                number("rounds", 2),
                number("bundles", 12),
                number("warmUp", 4),
                number("seconds", 6),
                number("clients", 4),
                List.of(property("servers", "salus,stock").split(",")),
                List.of(property("workloads", "").split(",")),
                property("heap", "1g"));
    }

    boolean includes(String workload) {
        return workloads.equals(List.of("")) || workloads.contains(workload);
    }

    private static int number(String name, int standard) {
        return Integer.parseInt(property(name, String.valueOf(standard)));
    }

    // Maven hands on what nobody has set as an empty text.
    private static String property(String name, String standard) {
        String value = System.getProperty("bench." + name, "");
        return value.isEmpty() ? standard : value;
    }
}
