package health.salus.database;

import health.salus.secret.PrivateFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder of a cluster, and whether what lies in it was ever finished. */
record ClusterFolder(Path path) {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterFolder.class);
    private static final String READY = "salus-ready";

    /**
     * Makes the folder; empties it first if the server was killed while it made the cluster.
     *
     * <p>Salus commits nothing before the password is set, the access rules are written and the cluster is marked. A
     * cluster with neither rules nor mark holds no data of anybody. The rules alone count, too: clusters were not always
     * marked. Whatever cannot be read is kept.
     */
    void prepare() throws IOException {
        Files.createDirectories(path);
        if (Files.exists(path.resolve(READY)) || ClusterPassword.guards(path)) {
            return;
        }
        List<Path> halfMade = contents();
        if (!halfMade.isEmpty()) {
            LOG.warn("An earlier start was cut off while it made the cluster in {}; beginning again", path);
        }
        for (Path file : halfMade) {
            Files.delete(file);
        }
    }

    /** Notes, so that it survives a power failure, that the cluster is complete. */
    void markReady() {
        Path mark = path.resolve(READY);
        if (!Files.exists(mark)) {
            new PrivateFile(mark).write("Written by Salus: this cluster is complete.\n");
        }
    }

    /** What lies in a folder comes before the folder; a link is one entry, and what it leads to is none. */
    private List<Path> contents() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(it -> !it.equals(path))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }
}
