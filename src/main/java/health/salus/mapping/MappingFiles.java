package health.salus.mapping;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The files of one {@code hl7-mappings/}.
 *
 * @param contents the text of each file by its path, as in {@code tables/HL70085.csv}
 */
record MappingFiles(SortedMap<String, String> contents) {

    static final String STRUCTURES = "structures/";
    static final String MESSAGES = "messages/";
    static final String SEGMENTS = "segments/";
    static final String TABLES = "tables/";
    static final String CONCEPT_MAPS = "conceptmaps/";

    private static final List<String> YAML = List.of(STRUCTURES, MESSAGES, SEGMENTS);
    private static final List<String> CSV = List.of(TABLES, CONCEPT_MAPS);

    /**
     * A file of one of the folders.
     *
     * @param path {@code tables/HL70085.csv}
     * @param name {@code HL70085}
     */
    record File(String path, String name) {}

    /**
     * Reads folders, of which each lies over the ones before: its files take the place of theirs with the same path.
     *
     * @param locations Spring resource locations without a pattern, {@code classpath:hl7-mappings} or
     *     {@code file:/etc/salus/mappings}
     * @throws IOException if one of the folders is missing, has no mapping file or cannot be read
     */
    static MappingFiles read(List<String> locations) throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        for (String location : locations) {
            SortedMap<String, String> layer = layer(location);
            if (layer.isEmpty()) {
                throw new FileNotFoundException("There is no mapping in " + location + ": no "
                        + String.join("*.yaml, no ", YAML) + "*.yaml, no " + String.join("*.csv, no ", CSV) + "*.csv");
            }
            contents.putAll(layer);
        }
        return new MappingFiles(contents);
    }

    /** Shows every file of a folder with its text. */
    void each(String folder, BiConsumer<File, String> visitor) {
        contents.forEach((path, text) -> {
            if (path.startsWith(folder)) {
                visitor.accept(new File(path, path.substring(folder.length(), path.lastIndexOf('.'))), text);
            }
        });
    }

    private static SortedMap<String, String> layer(String location) throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        for (String folder : YAML) {
            add(contents, location, folder, "*.yaml");
        }
        for (String folder : CSV) {
            add(contents, location, folder, "*.csv");
        }
        return contents;
    }

    private static void add(SortedMap<String, String> contents, String location, String folder, String pattern)
            throws IOException {
        for (Resource file :
                new PathMatchingResourcePatternResolver().getResources(location + "/" + folder + pattern)) {
            contents.put(
                    folder + Objects.requireNonNull(file.getFilename()),
                    file.getContentAsString(StandardCharsets.UTF_8));
        }
    }
}
