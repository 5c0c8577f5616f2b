package health.salus.mapping;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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
     * Reads a folder.
     *
     * @param location a Spring resource location without a pattern, {@code classpath:hl7-mappings} or
     *     {@code file:/etc/salus/mappings}
     * @throws IOException            if the folder is missing, has no mapping file or cannot be read
     * @throws MappingSyntaxException if a file is no text in UTF-8
     */
    static MappingFiles read(String location) throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        for (String folder : YAML) {
            add(contents, location, folder, "*.yaml");
        }
        for (String folder : CSV) {
            add(contents, location, folder, "*.csv");
        }
        if (contents.isEmpty()) {
            throw new FileNotFoundException("There is no mapping in " + location + ": no "
                    + String.join("*.yaml, no ", YAML) + "*.yaml, no " + String.join("*.csv, no ", CSV) + "*.csv");
        }
        return new MappingFiles(contents);
    }

    /** Lays other files over these: they take the place of those with the same path. */
    MappingFiles under(MappingFiles others) {
        SortedMap<String, String> all = new TreeMap<>(contents);
        all.putAll(others.contents);
        return new MappingFiles(all);
    }

    /** Returns twelve hexadecimal digits that change whenever any file does. */
    String version() {
        StringBuilder everything = new StringBuilder();
        contents.forEach((name, content) ->
                everything.append(name).append('\0').append(content).append('\0'));
        return Digests.sha256(everything.toString().getBytes(StandardCharsets.UTF_8))
                .substring(0, 12);
    }

    /** Shows every file of a folder with its text. */
    void each(String folder, BiConsumer<File, String> visitor) {
        contents.forEach((path, text) -> {
            if (path.startsWith(folder)) {
                visitor.accept(new File(path, path.substring(folder.length(), path.lastIndexOf('.'))), text);
            }
        });
    }

    private static void add(SortedMap<String, String> contents, String location, String folder, String pattern)
            throws IOException {
        for (Resource file :
                new PathMatchingResourcePatternResolver().getResources(location + "/" + folder + pattern)) {
            String path = folder + Objects.requireNonNull(file.getFilename());
            contents.put(path, text(path, file.getContentAsByteArray()));
        }
    }

    /** A replaced character in a code would go unnoticed until the code is not found; a NUL no database text can hold. */
    private static String text(String path, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            int nul = text.indexOf('\0');
            if (nul >= 0) {
                throw new MappingSyntaxException(
                        path, Math.toIntExact(text.substring(0, nul).lines().count()), "holds a NUL character");
            }
            return text;
        } catch (CharacterCodingException otherwise) {
            throw new MappingSyntaxException(path, 1, "the file is not in UTF-8");
        }
    }
}
