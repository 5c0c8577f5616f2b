package health.salus.fhir;

import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What the parameters take that shape a result; HAPI ignores some wrong values and fails over others. */
final class ResultParameters {

    private static final Pattern COORDINATES =
            Pattern.compile("-?[0-9]+(\\.[0-9]+)?\\|-?[0-9]+(\\.[0-9]+)?(\\|[0-9]+(\\.[0-9]+)?(\\|.*)?)?");
    private static final Set<String> TOTALS = Set.of("none", "estimate", "accurate");
    private static final Rule TRUE_OR_FALSE =
            new Rule(value -> value.equals("true") || value.equals("false"), "true or false");
    private static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry("_offset", new Rule(value -> !value.startsWith("-"), "a number from 0 on")),
            Map.entry("_count", new Rule(value -> !value.startsWith("-"), "a number from 0 on")),
            Map.entry(
                    "_summary",
                    new Rule(value -> SummaryEnum.fromCode(value) != null, "true, text, data, count or false")),
            Map.entry("_explain", TRUE_OR_FALSE),
            Map.entry("_total", new Rule(TOTALS::contains, "none, estimate or accurate")),
            Map.entry(
                    "near",
                    new Rule(value -> COORDINATES.matcher(value).matches(), "latitude|longitude|distance|unit")),
            Map.entry("max", new Rule(value -> value.matches("[0-9]{1,6}"), "a number from 0 on")),
            Map.entry("_filter", new Rule(value -> value.contains(" "), "an expression such as family eq \"Muster\"")),
            Map.entry("_query", new Rule(value -> false, "the name of a query; this server has none")),
            Map.entry("_list", new Rule(value -> !value.startsWith("$"), "ids of lists; there are none by function")),
            Map.entry(
                    "_containedType",
                    new Rule(value -> false, "effect with contained resources, which are not searched")),
            Map.entry("_contained", new Rule("false"::equals, "false; contained resources are not searched")));

    private static final Set<String> KNOWN = Set.of(
            "_id",
            "_lastUpdated",
            "_tag",
            "_profile",
            "_security",
            "_source",
            "_text",
            "_content",
            "_list",
            "_has",
            "_query",
            "_filter",
            "_sort",
            "_count",
            "_offset",
            "_include",
            "_revinclude",
            "_summary",
            "_total",
            "_elements",
            "_contained",
            "_containedType",
            "_format",
            "_pretty",
            "_bundletype",
            "_explain");

    private ResultParameters() {}

    /** Refuses a parameter with 400 that begins with an underscore and is none of FHIR's. */
    static void requireKnown(String nameAndModifier) {
        String name = nameAndModifier.split("[:.]", 2)[0];
        if (name.startsWith("_") && !KNOWN.contains(name)) {
            throw new InvalidRequestException("There is no search parameter '" + name + "'");
        }
    }

    /** Refuses a value with 400 that the parameter of this name does not take. */
    static void check(String name, String value) {
        Rule rule = name.endsWith(":missing") ? TRUE_OR_FALSE : RULES.get(name);
        if (rule != null && !rule.isMet().test(value)) {
            throw new InvalidRequestException("The parameter '" + name + "' takes " + rule.expected());
        }
    }

    /** What a value must be, and how to say it. */
    private record Rule(Predicate<String> isMet, String expected) {}
}
