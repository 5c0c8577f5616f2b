package health.salus.graphql;

import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Understands the fields of a query, one inside the other. */
final class QueryPlanner {

    private static final int MOST_FIELDS = 500;
    private static final int DEEPEST = 12;

    private final ElementShapes elements;
    private final FieldArguments arguments;
    private final Map<String, FragmentDefinition> fragments;
    private final QueryValues values;
    private final Deque<String> open = new ArrayDeque<>();
    private int planned;

    QueryPlanner(ElementShapes elements, Map<String, FragmentDefinition> fragments, QueryValues values) {
        this.elements = elements;
        this.arguments = new FieldArguments(elements);
        this.fragments = fragments;
        this.values = values;
    }

    /** Returns what is asked at the top of a query. */
    List<FieldPlan> plan(SelectionSet selections, Shape shape) {
        return fields(selections, shape, 1);
    }

    private List<FieldPlan> fields(SelectionSet selections, Shape shape, int depth) {
        if (depth > DEEPEST) {
            throw new QueryRefusedException("Fields are nested " + DEEPEST + " deep at most");
        }
        return FieldPlan.merged(collect(selections, shape, null, depth), true);
    }

    private List<FieldPlan> collect(SelectionSet selections, Shape shape, @Nullable String onlyIn, int depth) {
        List<FieldPlan> found = new ArrayList<>();
        for (Selection<?> selection : selections.getSelections()) {
            if (selection instanceof DirectivesContainer<?> directed
                    && !isIncluded(directed.getDirectives(), selection instanceof Field)) {
                continue;
            }
            if (selection instanceof Field field) {
                found.add(field(field, shape, onlyIn, depth));
            } else if (selection instanceof InlineFragment fragment) {
                String condition = fragment.getTypeCondition() == null
                        ? null
                        : fragment.getTypeCondition().getName();
                found.addAll(narrowed(condition, fragment.getSelectionSet(), shape, onlyIn, depth));
            } else if (selection instanceof FragmentSpread spread) {
                found.addAll(spread(spread.getName(), shape, onlyIn, depth));
            }
        }
        return found;
    }

    private List<FieldPlan> spread(String name, Shape shape, @Nullable String onlyIn, int depth) {
        FragmentDefinition fragment = fragments.get(name);
        if (fragment == null) {
            throw new QueryRefusedException("There is no fragment '" + name + "'");
        }
        if (open.contains(name)) {
            throw new QueryRefusedException("The fragment '" + name + "' is within itself");
        }
        // Fragments that spread each other can be many without having a field.
        count();
        open.push(name);
        List<FieldPlan> found =
                narrowed(fragment.getTypeCondition().getName(), fragment.getSelectionSet(), shape, onlyIn, depth);
        open.pop();
        return found;
    }

    private List<FieldPlan> narrowed(
            @Nullable String condition, SelectionSet selections, Shape shape, @Nullable String onlyIn, int depth) {
        if (condition == null || isAlways(condition, shape)) {
            return collect(selections, shape, onlyIn, depth);
        }
        if (!elements.isResource(condition) || !(shape instanceof Shape.OfAnyType)) {
            throw new QueryRefusedException("A fragment on '" + condition + "' has no place here");
        }
        return collect(selections, new Shape.OfType(condition), condition, depth);
    }

    private boolean isAlways(String condition, Shape shape) {
        boolean isResource = shape instanceof Shape.OfType || shape instanceof Shape.OfAnyType;
        return (isResource && (condition.equals("Resource") || condition.equals("DomainResource")))
                || (shape instanceof Shape.OfType resource && condition.equals(resource.type()))
                || (shape instanceof Shape.Store && condition.equals("Query"))
                || (shape instanceof Shape.Complex element
                        && condition.equals(element.definition().getName()));
    }

    private FieldPlan field(Field field, Shape shape, @Nullable String onlyIn, int depth) {
        count();
        Map<String, List<String>> given = values.of(field.getArguments());
        FieldArguments.Meant meant = arguments.require(field.getName(), shape, given);
        boolean hasParts = !(meant.shape() instanceof Shape.Plain);
        if (hasParts != (field.getSelectionSet() != null)) {
            throw new QueryRefusedException(
                    hasParts
                            ? "Say in braces what of '" + field.getName() + "' is wanted"
                            : "There is nothing inside '" + field.getName() + "'");
        }
        return new FieldPlan(
                field.getResultKey(),
                field.getName(),
                meant.kind(),
                meant.type(),
                onlyIn,
                given,
                Shaping.of(field.getDirectives(), values, hasParts, isElement(meant)),
                test(meant, given),
                hasParts ? fields(field.getSelectionSet(), meant.shape(), depth + 1) : List.of());
    }

    private Optional<ElementTest> test(FieldArguments.Meant meant, Map<String, List<String>> given) {
        return meant.kind() == FieldPlan.Kind.PART && meant.shape() instanceof Shape.Complex element
                ? Optional.ofNullable(given.get(FieldArguments.FHIRPATH)).map(it -> elements.test(it.get(0), element))
                : Optional.empty();
    }

    private static boolean isElement(FieldArguments.Meant meant) {
        boolean isOfSearch = meant.shape() instanceof Shape.Edge
                || meant.shape() instanceof Shape.Connection
                || meant.shape() instanceof Shape.OfType;
        return (meant.kind() == FieldPlan.Kind.PART && !isOfSearch) || meant.kind() == FieldPlan.Kind.TARGET;
    }

    private void count() {
        if (++planned > MOST_FIELDS) {
            throw new QueryRefusedException(
                    "A query has at most " + MOST_FIELDS + " fields, those of fragments counted where they are used");
        }
    }

    private boolean isIncluded(List<Directive> directives, boolean ofField) {
        boolean included = true;
        for (Directive directive : directives) {
            if (ofField && Shaping.isDoneBy(directive)) {
                continue;
            }
            Optional<String> condition = Optional.ofNullable(
                            values.of(directive.getArguments()).get("if"))
                    .filter(it -> it.size() == 1 && directive.getArguments().size() == 1)
                    .map(it -> it.get(0))
                    .filter(it -> it.equals("true") || it.equals("false"));
            boolean skips = directive.getName().equals("skip");
            if ((!skips && !directive.getName().equals("include")) || condition.isEmpty()) {
                throw new QueryRefusedException(
                        "The directives '@skip(if: …)' and '@include(if: …)' are taken, with true or false, and on fields"
                                + " '@flatten', '@first', '@singleton' and '@slice(path: …)', and no other");
            }
            included &= skips != condition.get().equals("true");
        }
        return included;
    }
}
