package health.salus.graphql;

import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.fhirpath.IFhirPath;
import ca.uhn.fhir.fhirpath.IFhirPath.IParsedExpression;
import com.fasterxml.jackson.databind.JsonNode;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IPrimitiveType;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition in FHIRPath on the items of a list, https://hl7.org/fhir/R4/graphql.html#list. It sees the item alone, and has
 * those functions only that come to an end soon and ask nobody.
 */
final class ElementTest {

    private static final int MOST_CHARACTERS = 500;
    private static final int DEEPEST = 3;
    private static final int LARGEST_ITEM = 20_000;
    private static final Pattern FUNCTION = Pattern.compile("([A-Za-z]+)\\s*\\(");
    private static final Set<String> FUNCTIONS = Set.of(
            "where",
            "exists",
            "empty",
            "not",
            "all",
            "first",
            "last",
            "count",
            "hasValue",
            "extension",
            "as",
            "ofType",
            "is",
            "startsWith",
            "endsWith",
            "contains",
            "lower",
            "upper",
            "length",
            "toString",
            "today",
            "now",
            "and",
            "or",
            "in",
            "implies",
            "xor");

    private final FhirContext context;
    private final BaseRuntimeElementCompositeDefinition<?> element;
    private final IFhirPath paths;
    private final IParsedExpression expression;

    private ElementTest(
            FhirContext context,
            BaseRuntimeElementCompositeDefinition<?> element,
            IFhirPath paths,
            IParsedExpression expression) {
        this.context = context;
        this.element = element;
        this.paths = paths;
        this.expression = expression;
    }

    /** Reads a condition; refuses one that is no FHIRPath, or could take long. */
    static ElementTest of(String text, BaseRuntimeElementCompositeDefinition<?> element, FhirContext context) {
        if (text.length() > MOST_CHARACTERS || text.contains("%") || depth(text) > DEEPEST) {
            throw new QueryRefusedException("The argument 'fhirpath' takes at most " + MOST_CHARACTERS
                    + " characters, parentheses " + DEEPEST + " deep, and no environment variables");
        }
        Matcher functions = FUNCTION.matcher(text);
        while (functions.find()) {
            if (!FUNCTIONS.contains(functions.group(1))) {
                throw new QueryRefusedException(
                        "The argument 'fhirpath' does not take the function '" + functions.group(1) + "'");
            }
        }
        IFhirPath paths = context.newFhirPath();
        try {
            return new ElementTest(context, element, paths, paths.parse(text));
        } catch (Exception e) {
            throw new QueryRefusedException("The argument 'fhirpath' is no FHIRPath");
        }
    }

    /** Tells whether an item is as asked; refuses to look into a very large one. */
    boolean passes(JsonNode item) {
        String json = item.toString();
        if (json.length() > LARGEST_ITEM) {
            throw new QueryRefusedException(
                    "The argument 'fhirpath' looks into elements of at most " + LARGEST_ITEM + " characters");
        }
        IBase value = element.newInstance();
        try {
            context.newJsonParser().parseInto(json, value);
            List<IBase> found = paths.evaluate(value, expression, IBase.class);
            return found.stream().anyMatch(it -> !(it instanceof IPrimitiveType<?> flag) || !isFalse(flag));
        } catch (RuntimeException e) {
            throw new QueryRefusedException("The argument 'fhirpath' cannot be applied to " + element.getName());
        }
    }

    private static boolean isFalse(IPrimitiveType<?> value) {
        return Boolean.FALSE.equals(value.getValue());
    }

    private static int depth(String text) {
        int depth = 0;
        int deepest = 0;
        for (char next : text.toCharArray()) {
            depth += next == '(' ? 1 : next == ')' ? -1 : 0;
            deepest = Math.max(deepest, depth);
        }
        return deepest;
    }
}
