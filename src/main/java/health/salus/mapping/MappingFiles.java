package health.salus.mapping;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of one {@code hl7-mappings/}: mappings ({@code *.yaml}) and their tables ({@code tables/*.csv}).
 *
 * @param contents the text of each file by its name, as in {@code tables/HL70085.csv}
 */
record MappingFiles(SortedMap<String, String> contents) {

    static final String TABLES = "tables/";

    /**
     * Reads a folder.
     *
     * @param location a Spring resource location without a pattern, {@code file:/etc/salus/mappings} or
     *     {@code classpath:hl7-mappings}
     * @throws IOException if the folder is missing or cannot be read
     */
    static MappingFiles read(String location) throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        add(contents, location + "/*.yaml", "");
        if (contents.isEmpty()) {
            throw new FileNotFoundException("There is no mapping (*.yaml) in " + location);
        }
        add(contents, location + "/" + TABLES + "*.csv", TABLES);
        return new MappingFiles(contents);
    }

    private static void add(SortedMap<String, String> contents, String pattern, String prefix) throws IOException {
        for (Resource file : new PathMatchingResourcePatternResolver().getResources(pattern)) {
            contents.put(
                    prefix + Objects.requireNonNull(file.getFilename()),
                    file.getContentAsString(StandardCharsets.UTF_8));
        }
    }
}
