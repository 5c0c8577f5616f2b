package health.salus.graphql;

import graphql.language.Definition;
import graphql.language.Document;
import graphql.language.FragmentDefinition;
import graphql.language.OperationDefinition;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A query as it was written.
 *
 * @param operation that is to be answered
 * @param fragments by their names
 */
record QueryDocument(OperationDefinition operation, Map<String, FragmentDefinition> fragments) {

    private static final int MOST_CHARACTERS = 20_000;
    private static final int MOST_TOKENS = 5000;
    private static final int MOST_NESTED_RULES = 200;
    private static final ParserOptions LIMITS = ParserOptions.newParserOptions()
            .maxCharacters(MOST_CHARACTERS)
            .maxTokens(MOST_TOKENS)
            .maxWhitespaceTokens(MOST_CHARACTERS)
            .maxRuleDepth(MOST_NESTED_RULES)
            .captureIgnoredChars(false)
            .captureLineComments(false)
            .readerTrackData(false)
            .build();

    /**
     * Reads a query.
     *
     * @param name which of several operations, or null if there is one
     */
    static QueryDocument parse(String text, @Nullable String name) {
        Document document = read(text);
        Map<String, FragmentDefinition> fragments = new HashMap<>();
        for (Definition<?> definition : document.getDefinitions()) {
            if (definition instanceof FragmentDefinition fragment) {
                if (fragments.put(fragment.getName(), fragment) != null) {
                    throw new QueryRefusedException("There are two fragments '" + fragment.getName() + "'");
                }
            } else if (!(definition instanceof OperationDefinition)) {
                throw new QueryRefusedException("A query has operations and fragments and nothing else");
            }
        }
        return new QueryDocument(operation(document, name), Map.copyOf(fragments));
    }

    private static Document read(String text) {
        // The library answers a longer one like a mistake in its grammar.
        if (text.length() > MOST_CHARACTERS) {
            throw new QueryRefusedException("A query has at most " + MOST_CHARACTERS + " characters");
        }
        try {
            return Parser.parse(ParserEnvironment.newParserEnvironment()
                    .document(text)
                    .parserOptions(LIMITS)
                    .build());
        } catch (InvalidSyntaxException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " in line " + e.getLocation().getLine() + ", column "
                            + e.getLocation().getColumn();
            throw new QueryRefusedException("This is no GraphQL query, or too long or too deep a one" + place);
        }
    }

    private static OperationDefinition operation(Document document, @Nullable String name) {
        List<OperationDefinition> operations = document.getDefinitionsOfType(OperationDefinition.class);
        List<OperationDefinition> meant = name == null
                ? operations
                : operations.stream().filter(it -> name.equals(it.getName())).toList();
        if (meant.size() != 1) {
            throw new QueryRefusedException(
                    name == null
                            ? "Send one operation, or say by 'operationName' which one is meant"
                            : "There is no operation '" + name + "', or there are two");
        }
        OperationDefinition operation = meant.get(0);
        if (operation.getOperation() != OperationDefinition.Operation.QUERY) {
            throw new QueryRefusedException("Only queries are taken; write by the REST interactions");
        }
        if (!operation.getDirectives().isEmpty()) {
            throw new QueryRefusedException("An operation takes no directives");
        }
        return operation;
    }
}
