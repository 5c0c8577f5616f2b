package health.salus.graphql;

import health.salus.graphql.FieldPlan.Kind;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What the names of fields mean, and which arguments they take. */
final class FieldArguments {

    /** Says in a search inside a resource which search parameter refers to it. */
    static final String REFERENCE = "_reference";

    static final String COUNT = "_count";
    static final String OFFSET = "_offset";
    static final String CURSOR = "_cursor";

    /** A condition on the items of a list. */
    static final String FHIRPATH = "fhirpath";

    private static final Set<String> PAGING = Set.of(COUNT, OFFSET, CURSOR);
    private static final Set<String> OF_PAGE =
            Set.of("count", "offset", "pagesize", "first", "previous", "next", "last");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");

    /**
     * What a field is.
     *
     * @param kind  what has to be done for it
     * @param type  the resource type that is read or searched; for others empty
     * @param shape what can be asked of what it answers
     */
    record Meant(Kind kind, String type, Shape shape) {}

    private final ElementShapes elements;

    FieldArguments(ElementShapes elements) {
        this.elements = elements;
    }

    /** Returns what a field is; refuses one that does not exist or does not take its arguments. */
    Meant require(String name, Shape of, Map<String, List<String>> arguments) {
        if (name.equals("__typename")) {
            return new Meant(Kind.TYPE_NAME, typeName(of), new Shape.Plain());
        }
        Meant meant = meant(name, of)
                .orElseThrow(() -> new QueryRefusedException(
                        of instanceof Shape.OfAnyType
                                ? "The field '" + name
                                        + "' is not one of every resource; say by a fragment of which type,"
                                        + " such as '... on Patient { " + name + " }'"
                                : "There is no field '" + name + "' here"));
        switch (meant.kind()) {
            case READ -> requireId(name, arguments);
            case LIST, CONNECTION -> requireSearch(name, of, meant.kind(), arguments);
            case TARGET -> requireTarget(arguments);
            case PART -> arguments.forEach((argument, values) -> requireFilter(name, meant.shape(), argument, values));
            case TYPE_NAME -> throw new IllegalStateException();
        }
        return meant;
    }

    private Optional<Meant> meant(String name, Shape of) {
        if (of instanceof Shape.Store) {
            return elements.isResource(name)
                    ? Optional.of(new Meant(Kind.READ, name, new Shape.OfType(name)))
                    : search(name);
        }
        if (of instanceof Shape.OfType resource) {
            return elements.ofResource(resource.type(), name)
                    .map(FieldArguments::part)
                    .or(() -> search(name));
        }
        if (of instanceof Shape.OfAnyType) {
            return elements.ofEveryResource(name).map(FieldArguments::part).or(() -> search(name));
        }
        if (of instanceof Shape.Complex element) {
            return elements.isReference(element) && name.equals("resource")
                    ? Optional.of(new Meant(Kind.TARGET, "", new Shape.OfAnyType()))
                    : elements.part(element.definition(), name).map(FieldArguments::part);
        }
        if (of instanceof Shape.BesidePrimitive) {
            return elements.besidePrimitive(name).map(FieldArguments::part);
        }
        if (of instanceof Shape.Connection page) {
            return name.equals("edges")
                    ? Optional.of(part(new Shape.Edge(page.type())))
                    : Optional.of(name).filter(OF_PAGE::contains).map(it -> part(new Shape.Plain()));
        }
        if (of instanceof Shape.Edge edge) {
            return switch (name) {
                case "mode", "score" -> Optional.of(part(new Shape.Plain()));
                case "resource" -> Optional.of(part(new Shape.OfType(edge.type())));
                default -> Optional.empty();
            };
        }
        return Optional.empty();
    }

    private Optional<Meant> search(String name) {
        return typeBefore("List", name)
                .map(type -> new Meant(Kind.LIST, type, new Shape.OfType(type)))
                .or(() -> typeBefore("Connection", name)
                        .map(type -> new Meant(Kind.CONNECTION, type, new Shape.Connection(type))));
    }

    private Optional<String> typeBefore(String end, String name) {
        return Optional.of(name)
                .filter(it -> it.endsWith(end))
                .map(it -> it.substring(0, it.length() - end.length()))
                .filter(elements::isResource);
    }

    private static Meant part(Shape shape) {
        return new Meant(Kind.PART, "", shape);
    }

    private static String typeName(Shape shape) {
        if (shape instanceof Shape.Store) {
            return "Query";
        } else if (shape instanceof Shape.OfType resource) {
            return resource.type();
        } else if (shape instanceof Shape.Complex element) {
            return element.definition().getName();
        } else if (shape instanceof Shape.Connection page) {
            return page.type() + "Connection";
        } else if (shape instanceof Shape.Edge edge) {
            return edge.type() + "Edge";
        }
        // That of a resource of any type is seen when it is there.
        return shape instanceof Shape.OfAnyType ? "" : "ElementBase";
    }

    private static void requireId(String name, Map<String, List<String>> arguments) {
        if (!arguments.keySet().equals(Set.of("id"))
                || arguments.getOrDefault("id", List.of()).size() != 1) {
            throw new QueryRefusedException("Say which one: " + name + "(id: \"…\"), or search by " + name + "List(…)");
        }
    }

    private static void requireSearch(String name, Shape of, Kind kind, Map<String, List<String>> arguments) {
        boolean isInside = !(of instanceof Shape.Store);
        if (isInside != arguments.containsKey(REFERENCE)
                || arguments.getOrDefault(REFERENCE, List.of()).size() > 1) {
            throw new QueryRefusedException(
                    isInside
                            ? "Inside a resource, '" + name + "' needs the argument '" + REFERENCE
                                    + "': by which search parameter the others refer to it"
                            : "The argument '" + REFERENCE + "' is for searches inside a resource");
        }
        arguments.keySet().stream()
                .filter(PAGING::contains)
                .filter(it -> it.equals(kind == Kind.CONNECTION ? OFFSET : CURSOR))
                .findFirst()
                .ifPresent(it -> {
                    throw new QueryRefusedException("'" + name + "' does not take the argument '" + it + "'");
                });
        arguments.forEach((argument, values) -> {
            if (PAGING.contains(argument)) {
                requireNumber(argument, values);
            }
        });
    }

    private void requireTarget(Map<String, List<String>> arguments) {
        arguments.forEach((argument, values) -> {
            boolean isKnown =
                    (argument.equals("optional") && Set.of("true", "false").containsAll(values))
                            || (argument.equals("type") && values.stream().allMatch(elements::isResource));
            if (!isKnown || values.size() != 1) {
                throw new QueryRefusedException("The field 'resource' of a reference takes the arguments 'optional',"
                        + " true or false, and 'type', a resource type");
            }
        });
    }

    private void requireFilter(String name, Shape shape, String argument, List<String> values) {
        if (argument.equals(COUNT) || argument.equals(OFFSET)) {
            requireNumber(argument, values);
            return;
        }
        if (argument.equals(FHIRPATH) && shape instanceof Shape.Complex && values.size() == 1) {
            return;
        }
        boolean isPlain = shape instanceof Shape.Complex element
                && elements.part(element.definition(), argument)
                        .filter(Shape.Plain.class::isInstance)
                        .isPresent();
        if (!isPlain) {
            throw new QueryRefusedException("'" + name + "' can be narrowed by '" + COUNT + "', '" + OFFSET + "'"
                    + (shape instanceof Shape.Complex ? ", '" + FHIRPATH + "' with one condition" : "")
                    + " and the plain values inside it, not by '" + argument + "'");
        }
    }

    private static void requireNumber(String name, List<String> values) {
        if (values.size() != 1 || !NUMBER.matcher(values.get(0)).matches()) {
            throw new QueryRefusedException("The argument '" + name + "' takes a whole number up to 99999");
        }
    }
}
