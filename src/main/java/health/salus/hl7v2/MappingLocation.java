package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the mappings are read from. */
final class MappingLocation {

    private static final String FOLDER = "hl7-mappings";

    private MappingLocation() {}

    /** Returns the configured location, else the folder in the working directory if there is one, else the one in the jar. */
    static String choose(@Nullable String configured, Path workingDirectory) {
        if (configured != null && !configured.isBlank()) {
            return configured;
        }
        Path folder = workingDirectory.resolve(FOLDER);
        return Files.isDirectory(folder) ? "file:" + folder : "classpath:" + FOLDER;
    }
}
