package health.salus.mapping;

import java.io.IOException;
import java.util.Optional;

/**
 * The rules in force. They can be changed while the server runs, but rules with a mistake in them never come into force: the
 * last good ones stay.
 */
public final class LiveMappings {

    private final String location;
    private volatile Mappings current;

    private LiveMappings(String location, Mappings current) {
        this.location = location;
        this.current = current;
    }

    /**
     * Loads the rules for the first time.
     *
     * @param location as for {@link Mappings#load(String)}
     * @throws IOException            if they cannot be read
     * @throws MappingSyntaxException if there is a mistake in them
     */
    public static LiveMappings load(String location) throws IOException {
        return new LiveMappings(location, Mappings.load(location));
    }

    /** Returns the rules in force; who maps a message keeps them until it is done. */
    public Mappings current() {
        return current;
    }

    /**
     * Reads the rules again.
     *
     * @return why the rules that were in force stay so, with file and line of the first mistake; nothing if what was read is
     *     in force now
     */
    public Optional<String> reload() {
        try {
            Mappings read = Mappings.load(location);
            if (!read.version().equals(current.version())) {
                current = read;
            }
            return Optional.empty();
        } catch (MappingSyntaxException | IOException mistake) {
            return Optional.of(String.valueOf(mistake.getMessage()));
        }
    }
}
