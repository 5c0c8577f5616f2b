package health.salus.smart;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The part of a scope behind its question mark, which narrows it: {@code category=http://…|laboratory}.
 *
 * <p>Taken are the token parameters that FHIR R4 defines for the type, with codes as values. For those, what the database
 * finds and what a look at the resource says are the same; any other filter would let through in one place what it holds
 * back in another.
 *
 * @param terms what must hold, all of it; empty for a scope without a filter
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#finer-grained-resource-constraints-using-search-parameters">
 *     SMART App Launch 2.2, finer-grained resource constraints</a>
 */
record ScopeFilter(List<Term> terms) {

    /** That of a scope without a question mark. */
    static final ScopeFilter NONE = new ScopeFilter(List.of());

    // No escapes, so that nothing is read in two ways; a comma is always between two alternatives.
    private static final Pattern TERM = Pattern.compile("([a-z][a-z0-9-]*)=([^&=%\\\\$]+)");
    private static final Pattern TOKEN = Pattern.compile("(?:([^|,]+)\\|)?([^|,]+)");

    ScopeFilter {
        terms = List.copyOf(terms);
    }

    /** Reads what stands behind the question mark of a scope for this type, or returns nothing if it cannot be enforced. */
    static Optional<ScopeFilter> parse(String type, String query) {
        List<Term> terms = new ArrayList<>();
        for (String part : query.split("&", -1)) {
            var term = TERM.matcher(part);
            if (!term.matches() || !isToken(type, term.group(1))) {
                return Optional.empty();
            }
            List<Token> tokens = new ArrayList<>();
            for (String value : term.group(2).split(",", -1)) {
                var token = TOKEN.matcher(value);
                if (!token.matches()) {
                    return Optional.empty();
                }
                tokens.add(new Token(token.group(1) == null ? "" : token.group(1), token.group(2)));
            }
            terms.add(new Term(term.group(1), tokens));
        }
        return Optional.of(new ScopeFilter(terms));
    }

    private static boolean isToken(String type, String name) {
        RuntimeSearchParam parameter =
                FhirContext.forR4Cached().getResourceDefinition(type).getSearchParam(name);
        return parameter != null && parameter.getParamType() == RestSearchParameterTypeEnum.TOKEN;
    }

    boolean isNone() {
        return terms.isEmpty();
    }

    /** Tells whether whatever passes the other filter passes this one, as far as the two texts show. */
    boolean covers(ScopeFilter other) {
        return terms.stream()
                .allMatch(term -> other.terms.stream()
                        .anyMatch(it ->
                                it.name().equals(term.name()) && term.tokens().containsAll(it.tokens())));
    }

    /** Returns what a resource must be to pass. */
    ResourceCondition condition() {
        return ResourceCondition.allOf(terms.stream()
                .map(term -> ResourceCondition.anyOf(term.tokens().stream()
                        .<ResourceCondition>map(token -> new ResourceCondition.HasToken(term.name(), token))
                        .toList()))
                .toList());
    }

    /** Says it for people: {@code category is laboratory or vital-signs}. */
    String text() {
        return terms.stream()
                .map(term -> term.name() + " is "
                        + term.tokens().stream().map(Token::code).collect(Collectors.joining(" or ")))
                .collect(Collectors.joining(" and "));
    }

    /**
     * One condition.
     *
     * @param name   the search parameter
     * @param tokens the values of which one must be there, at least one
     */
    record Term(String name, List<Token> tokens) {
        Term {
            tokens = List.copyOf(tokens);
        }
    }

    /**
     * A code.
     *
     * @param system its code system, empty for any
     */
    record Token(String system, String code) {

        /** Reads {@code system|code}, or a code alone. */
        static Token of(String text) {
            List<String> parts = Arrays.asList(text.split("\\|", 2));
            return parts.size() == 2 ? new Token(parts.get(0), parts.get(1)) : new Token("", text);
        }

        @Override
        public String toString() {
            return system.isEmpty() ? code : system + "|" + code;
        }
    }
}
