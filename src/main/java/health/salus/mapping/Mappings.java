package health.salus.mapping;

import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rules by which this server turns HL7 v2 messages into FHIR transactions; immutable and safe for many threads. */
public final class Mappings {

    /** Where the rules lie that come with the server. */
    public static final String IN_JAR = "classpath:hl7-mappings";

    private final Map<String, Mapping> byType;
    private final MappingFiles files;
    private final String version;

    private Mappings(Map<String, Mapping> byType, MappingFiles files) {
        this.byType = byType;
        this.files = files;
        this.version = files.version();
    }

    /**
     * Loads and checks the rules in the jar, with those of a folder laid over them: a file of the folder takes the place of
     * the one with the same path in the jar.
     *
     * @param location a Spring resource location, {@code file:/etc/salus/hl7-mappings}, or {@link #IN_JAR}
     * @throws IOException            if the folder is missing, has no mapping or cannot be read
     * @throws MappingSyntaxException if a mapping uses a path, function, table, element or code that does not exist
     */
    public static Mappings load(String location) throws IOException {
        return of(MappingLayers.of(location).read());
    }

    /**
     * Makes the rules of their text, to map as they did when they were in force. What the functions of the language do is
     * in the program, so a later release may do it better.
     *
     * @param files what {@link #files()} gave
     * @throws MappingSyntaxException if this release does not understand them any more
     */
    public static Mappings of(Map<String, String> files) {
        return of(new MappingFiles(new TreeMap<>(files)));
    }

    static Mappings of(MappingFiles files) {
        Library library = Library.of(files);
        V2Dictionary dictionary = new V2Dictionary();
        Map<String, Mapping> byType = new HashMap<>();
        library.messages().values().forEach(file -> add(byType, file, library, dictionary));
        return new Mappings(Map.copyOf(byType), files);
    }

    private static void add(Map<String, Mapping> byType, YamlNode file, Library library, V2Dictionary dictionary) {
        Mapping mapping = Mapping.read(file, library, dictionary);
        for (String type : mapping.types()) {
            if (byType.put(type, mapping) != null) {
                throw file.error("two files map " + type);
            }
        }
    }

    /**
     * Tells whether there are rules for a type of messages.
     *
     * @param code  MSH-9.1, as in {@code ORU}
     * @param event MSH-9.2, as in {@code R01}
     */
    public boolean supports(String code, String event) {
        return byType.containsKey(type(code, event));
    }

    /** Tells whether there are rules for any event of a message code, MSH-9.1. */
    public boolean supports(String code) {
        return byType.keySet().stream().anyMatch(type -> type.startsWith(code + "^"));
    }

    /**
     * Maps a message. The same bytes from the same feed always give the same result.
     *
     * @param message an HL7 v2 message in ER7 encoding, as it came, in any character set that MLLP can carry
     * @param feed    where it came from
     * @return the transaction, or the reasons why there is none; never an exception for anything a sender can send
     */
    public MappingResult map(byte[] message, Feed feed) {
        return map(message, feed, Trace.off());
    }

    MappingResult map(byte[] message, Feed feed, Trace trace) {
        Optional<V2Message> parsed = V2Message.parse(message, feed, trace.readings());
        if (parsed.isEmpty()) {
            return new Rejected(List.of("The message does not begin with an MSH segment"));
        }
        if (parsed.get().isCutOff()) {
            return new Rejected(List.of("The message has more than " + V2Message.MOST_SEGMENTS + " segments"));
        }
        Optional<V2Value> type = parsed.get().header().field(9).stream().findFirst();
        Mapping mapping = type.map(
                        it -> byType.get(type(it.part(1).text(), it.part(2).text())))
                .orElse(null);
        return mapping == null
                ? new Rejected(List.of("There is no mapping for the message type in MSH-9"))
                : mapping.map(parsed.get(), feed, trace);
    }

    /** Returns the message types that there are rules for, as {@code ORU^R01}. */
    Set<String> types() {
        return new TreeSet<>(byType.keySet());
    }

    /** Returns the version of the rules, twelve hexadecimal digits that change whenever any file of the folder does. */
    public String version() {
        return version;
    }

    /** Returns the text of the rules, file by file: {@code tables/HL70085.csv} and what stands in it. */
    public Map<String, String> files() {
        return Collections.unmodifiableMap(files.contents());
    }

    private static String type(String code, String event) {
        return code + "^" + event;
    }
}
