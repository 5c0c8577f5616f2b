package health.salus.hl7v2;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the mappings are read from. */
final class MappingLocation {

    private static final String FOLDER = "hl7-mappings";

    private MappingLocation() {}

    /**
     * Returns the configured folder, else the one in the working directory if it exists, else the one in the jar.
     *
     * @return a Spring resource location
     */
    static String choose(@Nullable Path configured, Path workingDirectory) {
        if (configured != null) {
            return location(workingDirectory.resolve(configured));
        }
        Path folder = workingDirectory.resolve(FOLDER);
        return Files.isDirectory(folder) ? location(folder) : "classpath:" + FOLDER;
    }

    /** A URI escapes what a resource location would take as a pattern. */
    private static String location(Path folder) {
        return StringUtils.trimTrailingCharacter(folder.toUri().toString(), '/');
    }
}
