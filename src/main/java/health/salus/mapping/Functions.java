package health.salus.mapping;

import java.util.Map;
import java.util.Optional;

import static java.util.Map.entry;

/** The functions that mappings may call. The list is closed: a mapping holds no code, so that anyone may review it. */
final class Functions {

    /** Compiles one call. */
    interface Factory {

        /** Checks the arguments, or throws {@link MappingSyntaxException}, and returns what the call computes. */
        Expression create(Arguments arguments);
    }

    private static final Map<String, Factory> ALL = Map.ofEntries(
            entry("identifier", Identifiers::identifier),
            entry("key", Identifiers::key),
            entry("concept", Concepts::concept),
            entry("code", Concepts::code),
            entry("coded", Concepts::coded),
            entry("coding", Concepts::coding),
            entry("translated", Concepts::translated),
            entry("worded", Concepts::worded),
            entry("extension", Extensions::extension),
            entry("date", Times::date),
            entry("dateTime", Times::dateTime),
            entry("instant", Times::instant),
            entry("period", Times::period),
            entry("ending", Times::ending),
            entry("timing", Times::timing),
            entry("integer", Numbers::integer),
            entry("boolean", Numbers::bool),
            entry("quantity", Numbers::quantity),
            entry("name", Persons::name),
            entry("address", Persons::address),
            entry("place", Persons::place),
            entry("telecom", Persons::telecom),
            entry("person", Parties::person),
            entry("organization", Parties::organization),
            entry("producer", Parties::producer),
            entry("device", Parties::device),
            entry("location", Locations::location),
            entry("logical", References::logical),
            entry("parent", Parents::parent),
            entry("reference", References::reference),
            entry("value", ObservationValues::value),
            entry("components", ObservationValues::components),
            entry("range", ReferenceRanges::range),
            entry("attachment", Attachments::attachment),
            entry("pointer", Attachments::pointer),
            entry("text-attachment", Attachments::text),
            entry("titled", Attachments::titled),
            entry("string", Texts::string),
            entry("lines", Texts::lines),
            entry("annotation", Texts::annotation));

    private Functions() {}

    static Optional<Factory> find(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    static String names() {
        return String.join(", ", ALL.keySet().stream().sorted().toList());
    }
}
