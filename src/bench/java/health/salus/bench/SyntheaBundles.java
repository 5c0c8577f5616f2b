package health.salus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The transaction bundles that Synthea wrote.
 *
 * @param shared   hospitals and practitioners, which every patient refers to and which go in first
 * @param patients one bundle each
 */
record SyntheaBundles(List<Path> shared, List<Path> patients) {

    static SyntheaBundles in(Path folder, int mostPatients) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.filter(it -> it.toString().endsWith(".json"))
                    .sorted(Comparator.comparing(SyntheaBundles::size))
                    .toList();
            List<Path> shared = all.stream().filter(SyntheaBundles::isShared).sorted().toList();
            List<Path> patients = all.stream()
                    .filter(it -> !isShared(it))
                    .limit(mostPatients)
                    .toList();
            if (patients.isEmpty()) {
                throw new IOException("No bundles of Synthea in " + folder);
            }
            return new SyntheaBundles(shared, patients);
        }
    }

    /** Every nth patient, so that each share has small and large ones. */
    List<Path> share(int number, int of) {
        return patients.stream()
                .filter(it -> patients.indexOf(it) % of == number)
                .toList();
    }

    private static boolean isShared(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("hospitalInformation") || name.startsWith("practitionerInformation");
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
