package health.salus.mapping;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the mappings of all messages share.
 *
 * @param structures  the files in {@code structures/} by name
 * @param shared      the resources in {@code segments/} by name, as in {@code PID.Patient}
 * @param tables      the files in {@code tables/} by name
 * @param conceptMaps the files in {@code conceptmaps/} by the name of their feed
 * @param messages    the files in {@code messages/} by name
 * @param names       the names that any message uses
 */
record Library(
        Map<String, YamlNode> structures,
        Map<String, YamlNode> shared,
        Map<String, CodeTable> tables,
        Map<String, CodeTable> conceptMaps,
        Map<String, YamlNode> messages,
        Names names) {

    private static final String CODING_SYSTEMS = "HL70396";
    private static final String AUTHORITIES = "authorities";
    private static final String UNITS = "units";

    /**
     * The names that some message has, so that a shared part may speak of what this message has not, and yet may not
     * misspell it.
     */
    record Names(Set<String> groups, Set<String> resources) {}

    /** Reads the files, or throws {@link MappingSyntaxException}. */
    static Library of(MappingFiles files) {
        Map<String, YamlNode> structures = new HashMap<>();
        Map<String, YamlNode> shared = new HashMap<>();
        Map<String, CodeTable> tables = new HashMap<>();
        Map<String, CodeTable> conceptMaps = new HashMap<>();
        Map<String, YamlNode> messages = new TreeMap<>();
        files.each(
                MappingFiles.STRUCTURES,
                (file, text) -> structures.put(file.name(), YamlNode.parse(file.path(), text)));
        files.each(MappingFiles.MESSAGES, (file, text) -> messages.put(file.name(), YamlNode.parse(file.path(), text)));
        files.each(
                MappingFiles.TABLES,
                (file, text) -> tables.put(file.name(), CodeTable.parse(file.name(), file.path(), text)));
        files.each(
                MappingFiles.CONCEPT_MAPS,
                (file, text) -> conceptMaps.put(file.name(), CodeTable.parse(file.name(), file.path(), text)));
        files.each(
                MappingFiles.SEGMENTS,
                (file, text) -> YamlNode.parse(file.path(), text)
                        .entries()
                        .forEach((name, node) -> shared.put(file.name() + "." + name, node)));
        return new Library(structures, shared, tables, conceptMaps, messages, names(structures, messages));
    }

    private static Names names(Map<String, YamlNode> structures, Map<String, YamlNode> messages) {
        Set<String> groups = new HashSet<>();
        Set<String> resources = new HashSet<>();
        structures
                .values()
                .forEach(it -> groups.addAll(it.required("groups").entries().keySet()));
        messages.values()
                .forEach(it ->
                        resources.addAll(it.required("resources").entries().keySet()));
        return new Names(Set.copyOf(groups), Set.copyOf(resources));
    }

    YamlNode structure(YamlNode name) {
        return Optional.ofNullable(structures.get(name.text()))
                .orElseThrow(() -> name.error("there is no structures/" + name.text() + ".yaml"));
    }

    YamlNode shared(YamlNode name) {
        return Optional.ofNullable(shared.get(name.text()))
                .orElseThrow(() -> name.error("there is no '" + name.text() + "' in segments/"));
    }

    /** Translations of local units into UCUM; there need not be any. */
    CodeTable units() {
        return tables.getOrDefault(UNITS, CodeTable.EMPTY_TABLE);
    }

    /** The systems of assigning authorities; there need not be any. */
    CodeTable authorities() {
        return tables.getOrDefault(AUTHORITIES, CodeTable.EMPTY_TABLE);
    }

    CodeTable codingSystems(YamlNode place) {
        return Optional.ofNullable(tables.get(CODING_SYSTEMS))
                .orElseThrow(() ->
                        place.error("tables/" + CODING_SYSTEMS + ".csv, the names of coding systems, is missing"));
    }
}
