package health.salus.blob;

import java.util.List;

/**
 * How catalog and store differ; each list has the keys of objects, which say nothing of their content.
 *
 * @param objects how many objects the store has
 * @param missing in the catalog but not in the store: data that is lost, unless a backup has it
 * @param damaged in both, with different sizes
 * @param unknown in the store but not in the catalog; nobody will ever ask for them
 * @param found   missing before, there again
 */
record ReconciliationReport(
        long objects, List<String> missing, List<String> damaged, List<String> unknown, List<String> found) {

    boolean isClean() {
        return missing.isEmpty() && damaged.isEmpty() && unknown.isEmpty();
    }
}
