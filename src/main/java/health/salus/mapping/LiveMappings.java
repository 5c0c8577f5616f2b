package health.salus.mapping;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The rules in force. They can be changed while the server runs, but rules with a mistake in them never come into force: the
 * last good ones stay.
 */
public final class LiveMappings {

    private static final Logger LOG = LoggerFactory.getLogger(LiveMappings.class);

    private final MappingLayers layers;
    private final Consumer<Mappings> beforehand;
    private volatile State state;
    // What the last look found; half-copied folders are different at the next.
    private String seen;
    private String refused = "";

    /**
     * What is in force, and why what was read last is not.
     *
     * @param mappings the rules in force
     * @param since    when they came into force
     * @param mistake  the first mistake in what lies in the folder, {@code segments/OBX.yaml:12: …}; nothing if that is in
     *     force
     */
    public record State(Mappings mappings, Instant since, Optional<String> mistake) {}

    private LiveMappings(MappingLayers layers, Mappings first, Consumer<Mappings> beforehand) {
        this.layers = layers;
        this.beforehand = beforehand;
        this.state = new State(first, Instant.now(), Optional.empty());
        this.seen = first.version();
    }

    /**
     * Loads the rules for the first time.
     *
     * @param location   as for {@link Mappings#load(String)}
     * @param beforehand is given each set of rules before it comes into force; if that throws, the set does not
     * @throws IOException            if the rules cannot be read
     * @throws MappingSyntaxException if there is a mistake in them
     */
    public static LiveMappings load(String location, Consumer<Mappings> beforehand) throws IOException {
        MappingLayers layers = MappingLayers.of(location);
        Mappings first = Mappings.of(layers.read());
        beforehand.accept(first);
        return new LiveMappings(layers, first, beforehand);
    }

    /** Returns the rules in force; who maps a message keeps them until it is done. */
    public Mappings current() {
        return state.mappings();
    }

    /** Returns the rules in force and what is wrong with those that are not. */
    public State state() {
        return state;
    }

    /**
     * Reads the rules again and brings them into force.
     *
     * @return what is in force now
     */
    public synchronized State reload() {
        MappingFiles files = files();
        if (files != null) {
            seen = files.version();
            bringIntoForce(files);
        }
        return state;
    }

    /**
     * Looks whether the rules have changed and brings the new ones into force when they are the same at two looks: whoever
     * copies a folder may have copied half of it.
     */
    public synchronized void look() {
        if (!layers.canChange()) {
            return;
        }
        MappingFiles files = files();
        if (files == null) {
            return;
        }
        String version = files.version();
        if (version.equals(seen) && !version.equals(refused)) {
            bringIntoForce(files);
        }
        seen = version;
    }

    private @Nullable MappingFiles files() {
        try {
            return layers.read();
        } catch (MappingSyntaxException | IOException unreadable) {
            refuse(String.valueOf(unreadable.getMessage()));
            return null;
        }
    }

    private void bringIntoForce(MappingFiles files) {
        if (files.version().equals(state.mappings().version())) {
            state = new State(state.mappings(), state.since(), Optional.empty());
            return;
        }
        try {
            Mappings read = Mappings.of(files);
            beforehand.accept(read);
            state = new State(read, Instant.now(), Optional.empty());
            LOG.info("HL7 v2 mappings are in force version={}", read.version());
        } catch (MappingSyntaxException mistake) {
            refused = files.version();
            refuse(String.valueOf(mistake.getMessage()));
        }
    }

    private void refuse(String mistake) {
        if (!state.mistake().equals(Optional.of(mistake))) {
            LOG.error(
                    "HL7 v2 mappings stay version={} mistake={}",
                    state.mappings().version(),
                    mistake);
        }
        state = new State(state.mappings(), state.since(), Optional.of(mistake));
    }
}
