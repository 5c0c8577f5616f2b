package health.salus.mapping;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;

/** What the commands of the mappings have in common: which rules, and what the feed leaves unsaid. */
final class CommandOptions {

    @Option(
            names = "--mappings",
            paramLabel = "DIR",
            description = "folder whose files lie over those in the jar (default: ${DEFAULT-VALUE})",
            defaultValue = "${SALUS_HL7V2_MAPPINGS:-hl7-mappings}")
    private Path folder = Path.of("");

    @Option(names = "--feed", description = "name of the feed (default: ${DEFAULT-VALUE})", defaultValue = "lab")
    private String feed = "";

    @Option(
            names = "--zone",
            description = "time zone of times without one (default: that of the system)",
            defaultValue = "${SALUS_HL7V2_ZONE}")
    private String zone = "";

    /** Loads the rules; the folder need not exist unless it was named. */
    Mappings mappings() throws IOException {
        boolean present = Files.isDirectory(folder) || !folder.equals(Path.of("hl7-mappings"));
        return Mappings.load(present ? location() : Mappings.IN_JAR);
    }

    Path folder() {
        return folder;
    }

    Feed feed() {
        return new Feed(feed, zone == null || zone.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(zone));
    }

    private String location() {
        String uri = folder.toAbsolutePath().normalize().toUri().toString();
        return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }
}
