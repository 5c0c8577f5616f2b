package health.salus.mapping;

import java.io.IOException;
import java.util.Optional;

/**
 * The rules in the jar, which never change while the server runs, and the folder that lies over them, which may.
 *
 * @param inJar  the files in the jar
 * @param folder a Spring resource location, absent if there are only those in the jar
 */
record MappingLayers(MappingFiles inJar, Optional<String> folder) {

    static MappingLayers of(String location) throws IOException {
        return new MappingLayers(
                MappingFiles.read(Mappings.IN_JAR), Optional.of(location).filter(it -> !it.equals(Mappings.IN_JAR)));
    }

    boolean canChange() {
        return folder.isPresent();
    }

    /**
     * Reads the folder and lays it over the jar's.
     *
     * @throws IOException            if the folder is missing, has no mapping or cannot be read
     * @throws MappingSyntaxException if a file is no text
     */
    MappingFiles read() throws IOException {
        return folder.isPresent() ? inJar.under(MappingFiles.read(folder.get())) : inJar;
    }
}
