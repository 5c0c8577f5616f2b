package health.salus.mapping;

import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Resource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The mapping of one message: what it has given so far and what was noticed. */
final class MappingRun {

    /**
     * What came out.
     *
     * @param transaction all resources
     * @param merges      which of them go into what the store has element by element
     */
    record Result(Bundle transaction, List<FieldMerge> merges) {}

    private final Feed feed;
    private final Namespaces namespaces;
    private final Findings findings;
    private final String source;
    private final Optional<CodeTable> conceptMap;
    private final Trace trace;
    private int deletions;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    // Trying the numbers from the start for every repetition would take quadratic time.
    private final Map<String, Integer> nextNumbers = new HashMap<>();
    private final Map<String, Map<SegmentGroup, Entry>> byRule = new HashMap<>();

    /**
     * Begins the mapping of a message.
     *
     * @param source     what {@code meta.source} of every resource is to say
     * @param conceptMap translates the feed's local codes
     */
    MappingRun(
            Feed feed,
            Namespaces namespaces,
            Findings findings,
            String source,
            Optional<CodeTable> conceptMap,
            Trace trace) {
        this.feed = feed;
        this.namespaces = namespaces;
        this.findings = findings;
        this.source = source;
        this.conceptMap = conceptMap;
        this.trace = trace;
    }

    /** Adds a resource, unless one with its key is there and the rule lets both be one. */
    void add(ResourceRule rule, Identifier key, Scope scope) {
        Entry known = entries.get(name(rule, key));
        Entry entry = known != null && rule.shared() ? known : newEntry(rule, key, scope);
        trace.attribute(entry.fullUrl());
        byRule.computeIfAbsent(rule.name(), name -> new LinkedHashMap<>()).put(scope.group(), entry);
    }

    /** Finds the resource that a rule gave for a group. */
    Optional<Entry> find(String rule, SegmentGroup group) {
        return Optional.ofNullable(byRule.getOrDefault(rule, Map.of()).get(group));
    }

    /** Fills the resources and puts them into a transaction. */
    Result finish() {
        Bundle bundle = new Bundle();
        bundle.setType(BundleType.TRANSACTION);
        List<FieldMerge> merges = new ArrayList<>();
        for (Entry entry : entries.values()) {
            trace.enter(entry.fullUrl());
            entry.rule().fill(entry).ifPresent(merges::add);
            entry.resource().setMeta(new Meta().setSource(source));
            bundle.addEntry()
                    .setFullUrl(entry.fullUrl())
                    .setResource(entry.resource())
                    .setRequest(entry.rule().write().request(entry.rule().type(), entry.key()));
        }
        return new Result(bundle, merges);
    }

    private Entry newEntry(ResourceRule rule, Identifier key, Scope scope) {
        Identifier unique = unique(rule, key);
        String name = name(rule, unique);
        String fullUrl = "urn:uuid:" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        Resource resource = rule.newResource();
        Entry entry = new Entry(rule, resource, unique, fullUrl, scope);
        entries.put(name, entry);
        return entry;
    }

    private Identifier unique(ResourceRule rule, Identifier key) {
        Identifier unique = key.copy();
        if (!entries.containsKey(name(rule, key))) {
            return unique;
        }
        int number = nextNumbers.getOrDefault(name(rule, key), 2);
        unique.setValue(key.getValue() + "/" + number);
        // A sender may have given another segment the very key that the numbering makes.
        while (entries.containsKey(name(rule, unique))) {
            number++;
            unique.setValue(key.getValue() + "/" + number);
        }
        nextNumbers.put(name(rule, key), number + 1);
        return unique;
    }

    private static String name(ResourceRule rule, Identifier key) {
        return rule.type() + "?" + key.getSystem() + "|" + key.getValue();
    }

    /** Returns the resources that a rule gave, by the groups it was applied to. */
    Map<SegmentGroup, Entry> all(String rule) {
        return Collections.unmodifiableMap(byRule.getOrDefault(rule, Map.of()));
    }

    /** Notes that the sender asks to delete what is stored of something. */
    void noteDeletion() {
        deletions++;
    }

    int deletions() {
        return deletions;
    }

    Optional<CodeTable> conceptMap() {
        return conceptMap;
    }

    Trace trace() {
        return trace;
    }

    Feed feed() {
        return feed;
    }

    Namespaces namespaces() {
        return namespaces;
    }

    Findings findings() {
        return findings;
    }
}
