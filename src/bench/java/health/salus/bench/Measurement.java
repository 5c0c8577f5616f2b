package health.salus.bench;

/**
 * One number of one round.
 *
 * @param server   whose it is
 * @param round    counted from 1
 * @param workload what was done
 * @param metric   what was measured, with its unit
 * @param value    the number
 */
record Measurement(String server, int round, String workload, String metric, double value) {

    String toCsv() {
        return String.join(",", server, String.valueOf(round), workload, metric, String.valueOf(value));
    }
}
