package health.salus.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Answers a query, field by field; so much and no more is read and written for it. */
public final class QueryRun {

    private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);
    private static final int MOST_VALUES = 50_000;
    private static final int MOST_RESOURCES = 1000;
    private static final int MOST_SEARCHES = 100;
    private static final int MOST_TESTS = 5000;

    private final GraphSource source;
    private final Map<String, Optional<ObjectNode>> read = new HashMap<>();
    private final ArrayNode errors = JSON.arrayNode();
    private int values;
    private int resources;
    private int searches;
    private int tests;

    private QueryRun(GraphSource source) {
        this.source = source;
    }

    /**
     * Answers a query.
     *
     * @param plan  what is asked
     * @param about the resource that it is about, or null if it is about all that is stored
     * @return an object with {@code data} and, where something could not be answered, {@code errors}
     * @throws QueryRefusedException if it would read or answer too much
     */
    public static ObjectNode answer(QueryPlan plan, @Nullable ObjectNode about, GraphSource source) {
        QueryRun run = new QueryRun(source);
        ObjectNode nothing = JSON.objectNode();
        ObjectNode data = about == null
                ? run.object(plan.fields(), nothing, nothing, List.of())
                : run.object(plan.fields(), about, about, List.of());
        ObjectNode answer = JSON.objectNode();
        answer.set("data", data);
        if (!run.errors.isEmpty()) {
            answer.set("errors", run.errors);
        }
        return answer;
    }

    /**
     * Answers what is asked of an object.
     *
     * @param resource in which it is
     * @param path     where the answer is in that of the query
     */
    private ObjectNode object(List<FieldPlan> fields, ObjectNode object, ObjectNode resource, List<Object> path) {
        ObjectNode answer = JSON.objectNode();
        fill(new Filled(answer, false, ""), fields, object, resource, path);
        return answer;
    }

    private void fill(
            Filled filled, List<FieldPlan> fields, ObjectNode object, ObjectNode resource, List<Object> path) {
        for (FieldPlan field : applicable(fields, object)) {
            count();
            List<Object> place = with(path, field.key() + filled.suffix());
            if (field.shaping().flatten()) {
                flatten(filled, field, object, resource, path);
            } else if (field.shaping().slice().isPresent()) {
                slice(filled, field, object, resource, place);
            } else {
                put(filled, field, value(field, object, resource, place), place);
            }
        }
    }

    // Its parts stand in its place: those of a list are collected, each under its name.
    private void flatten(Filled filled, FieldPlan field, ObjectNode object, ObjectNode resource, List<Object> path) {
        boolean isList = object.path(field.name()).isArray() && !field.shaping().first();
        Filled inside = new Filled(filled.answer(), filled.collected() || isList, filled.suffix());
        if (field.kind() == FieldPlan.Kind.TARGET) {
            referred(field, object, resource, path)
                    .ifPresentOrElse(
                            it -> fill(inside, field.fields(), it, around(object, it, resource), path),
                            () -> fill(inside, field.fields(), JSON.objectNode(), resource, path));
            return;
        }
        List<JsonNode> items = items(field, object);
        for (int index = 0; index < items.size(); index++) {
            String suffix = suffix(field, items.get(index), index);
            fill(
                    new Filled(inside.answer(), inside.collected(), filled.suffix() + suffix),
                    field.fields(),
                    (ObjectNode) items.get(index),
                    resource,
                    path);
        }
        if (items.isEmpty() && field.shaping().slice().isEmpty()) {
            fill(inside, field.fields(), JSON.objectNode(), resource, path);
        }
    }

    private void slice(Filled filled, FieldPlan field, ObjectNode object, ObjectNode resource, List<Object> path) {
        boolean isList = object.path(field.name()).isArray();
        List<JsonNode> items = items(field, object);
        for (int index = 0; index < items.size(); index++) {
            Filled inside = new Filled(
                    filled.answer(),
                    filled.collected() || isList,
                    filled.suffix() + suffix(field, items.get(index), index));
            put(inside, field, single(field, items.get(index), resource, path), path);
        }
    }

    private List<JsonNode> items(FieldPlan field, ObjectNode object) {
        JsonNode value = object.path(field.name());
        ListFilter wanted = wanted(field);
        List<JsonNode> items = value.isArray()
                ? wanted.of(value)
                : Stream.of(value)
                        .filter(it -> !it.isMissingNode() && wanted.passes(it))
                        .toList();
        return items.stream()
                .filter(it -> field.fields().isEmpty() || it.isObject())
                .limit(field.shaping().first() ? 1 : Long.MAX_VALUE)
                .toList();
    }

    private ListFilter wanted(FieldPlan field) {
        return ListFilter.of(
                field.arguments(),
                item -> field.test().isEmpty()
                        || (item.isObject() && passes(field.test().get(), item)));
    }

    private boolean passes(ElementTest test, JsonNode item) {
        if (++tests > MOST_TESTS) {
            throw new QueryRefusedException("A query looks into at most " + MOST_TESTS + " elements by FHIRPath");
        }
        return test.passes(item);
    }

    private static String suffix(FieldPlan field, JsonNode item, int index) {
        String path = field.shaping().slice().orElse("");
        if (path.isEmpty() || path.equals(Shaping.INDEX)) {
            return path.isEmpty() ? "" : "." + index;
        }
        JsonNode value = item;
        for (String step : path.split("\\.")) {
            value = value.path(step);
            value = value.isArray() ? value.path(0) : value;
        }
        return value.isValueNode() && !value.isNull() ? "." + value.asText() : "";
    }

    private void put(Filled filled, FieldPlan field, JsonNode value, List<Object> path) {
        String key = field.key() + filled.suffix();
        JsonNode there = filled.answer().path(key);
        if (!filled.collected() || field.shaping().singleton()) {
            if (there.isMissingNode() || there.isNull()) {
                filled.answer().set(key, value);
            } else if (!value.isNull()) {
                error("There is more than one value for '" + key + "'", path);
            }
            return;
        }
        ArrayNode all = there instanceof ArrayNode values ? values : JSON.arrayNode();
        if (value.isArray()) {
            value.forEach(all::add);
        } else if (!value.isNull()) {
            all.add(value);
        }
        filled.answer().set(key, all);
    }

    private static List<FieldPlan> applicable(List<FieldPlan> fields, ObjectNode object) {
        if (fields.stream().allMatch(it -> it.onlyIn() == null)) {
            return fields;
        }
        String type = object.path("resourceType").asText();
        return FieldPlan.merged(
                fields.stream()
                        .filter(it -> it.onlyIn() == null || it.onlyIn().equals(type))
                        .toList(),
                false);
    }

    private JsonNode value(FieldPlan field, ObjectNode object, ObjectNode resource, List<Object> path) {
        return switch (field.kind()) {
            case TYPE_NAME ->
                TextNode.valueOf(
                        field.type().isEmpty() ? object.path("resourceType").asText() : field.type());
            case PART -> part(field, object, resource, path);
            case TARGET -> target(field, object, resource, path);
            case READ ->
                read(field.type(), String.join("", field.arguments().getOrDefault("id", List.of())))
                        .map(found -> (JsonNode) object(field.fields(), found, found, path))
                        .orElse(NullNode.instance);
            // Nothing refers to what is contained in something else.
            case LIST, CONNECTION -> object == resource ? search(field, resource, path) : NullNode.instance;
        };
    }

    private JsonNode part(FieldPlan field, ObjectNode object, ObjectNode resource, List<Object> path) {
        JsonNode value = object.path(field.name());
        if (value.isArray() && (field.shaping().first() || field.shaping().singleton())) {
            List<JsonNode> items = items(field, object);
            if (items.size() > 1) {
                error("There is more than one '" + field.name() + "'", path);
            }
            return items.size() == 1 ? single(field, items.get(0), resource, path) : NullNode.instance;
        }
        if (value.isArray()) {
            ArrayNode answer = JSON.arrayNode();
            for (JsonNode item : wanted(field).of(value)) {
                answer.add(single(field, item, resource, with(path, answer.size())));
            }
            return answer;
        }
        return wanted(field).passes(value) ? single(field, value, resource, path) : NullNode.instance;
    }

    private JsonNode single(FieldPlan field, JsonNode value, ObjectNode resource, List<Object> path) {
        count();
        if (value instanceof ObjectNode object) {
            // What an entry of a Bundle contains is its own.
            boolean isEntry = object.has("resourceType") && !field.name().equals("contained");
            return object(field.fields(), object, isEntry ? object : resource, path);
        }
        return value.isMissingNode() ? NullNode.instance : value;
    }

    private JsonNode target(FieldPlan field, ObjectNode reference, ObjectNode resource, List<Object> path) {
        return referred(field, reference, resource, path)
                .map(it -> (JsonNode) object(field.fields(), it, around(reference, it, resource), path))
                .orElse(NullNode.instance);
    }

    // What is contained belongs to the resource around it.
    private static ObjectNode around(ObjectNode reference, ObjectNode target, ObjectNode resource) {
        return reference.path("reference").asText().startsWith("#") ? resource : target;
    }

    // Whether something is hidden from the reader or was never there makes no difference.
    private Optional<ObjectNode> referred(
            FieldPlan field, ObjectNode reference, ObjectNode resource, List<Object> path) {
        String address = reference.path("reference").asText();
        Optional<ObjectNode> found = address.startsWith("#")
                ? contained(resource, address.substring(1))
                : LocalReference.of(address).flatMap(it -> read(it.type(), it.id()));
        List<String> types = field.arguments().getOrDefault("type", List.of());
        boolean optional = field.arguments().getOrDefault("optional", List.of()).contains("true");
        if (found.isEmpty() && !optional && !reference.path("reference").isMissingNode()) {
            error("The reference leads to nothing that can be read", path);
        }
        return found.filter(
                it -> types.isEmpty() || types.contains(it.path("resourceType").asText()));
    }

    private static Optional<ObjectNode> contained(ObjectNode resource, String id) {
        for (JsonNode item : resource.path("contained")) {
            if (item instanceof ObjectNode object && id.equals(item.path("id").asText())) {
                return Optional.of(object);
            }
        }
        return Optional.empty();
    }

    private Optional<ObjectNode> read(String type, String id) {
        String key = type + "/" + id;
        Optional<ObjectNode> known = read.get(key);
        if (known == null) {
            countResources(1);
            known = source.read(type, id);
            read.put(key, known);
        }
        return known;
    }

    private JsonNode search(FieldPlan field, ObjectNode resource, List<Object> path) {
        if (++searches > MOST_SEARCHES) {
            throw new QueryRefusedException("A query makes at most " + MOST_SEARCHES + " searches");
        }
        Optional<GraphSearch> search = GraphSearch.of(field, resource);
        try {
            if (search.isEmpty()) {
                return NullNode.instance;
            }
            return field.kind() == FieldPlan.Kind.LIST
                    ? list(field, search.get(), path)
                    : connection(field, search.get(), path);
        } catch (SearchRefusedException e) {
            error(String.valueOf(e.getMessage()), path);
            return NullNode.instance;
        }
    }

    private JsonNode list(FieldPlan field, GraphSearch search, List<Object> path) {
        GraphSource.Found found = search.page(source);
        if (!search.isPaged() && found.more()) {
            error(
                    "More than " + GraphSearch.DEFAULT + " match: say by '_count' how many, or page by " + field.type()
                            + "Connection",
                    path);
            return NullNode.instance;
        }
        return matches(field.fields(), found.resources(), path);
    }

    private ArrayNode matches(List<FieldPlan> fields, List<ObjectNode> found, List<Object> path) {
        countResources(found.size());
        ArrayNode answer = JSON.arrayNode();
        for (ObjectNode match : found) {
            read.put(
                    match.path("resourceType").asText() + "/" + match.path("id").asText(), Optional.of(match));
            answer.add(object(fields, match, match, with(path, answer.size())));
        }
        return answer;
    }

    private JsonNode connection(FieldPlan field, GraphSearch search, List<Object> path) {
        GraphSource.Found found = search.page(source);
        List<ObjectNode> page = found.resources();
        countResources(page.size());
        Map<String, Integer> cursors = search.cursors(found.more());
        ObjectNode answer = JSON.objectNode();
        for (FieldPlan part : field.fields()) {
            count();
            JsonNode value = switch (part.name()) {
                case "__typename" -> TextNode.valueOf(part.type());
                case "edges" -> edges(part, page, with(path, part.key()));
                case "pagesize" -> JSON.numberNode(search.count());
                case "offset" -> JSON.numberNode(search.offset());
                case "count", "last" -> total(part, search);
                default ->
                    cursors.containsKey(part.name())
                            ? TextNode.valueOf(String.valueOf(cursors.get(part.name())))
                            : NullNode.instance;
            };
            answer.set(part.key(), value);
        }
        return answer;
    }

    private JsonNode total(FieldPlan part, GraphSearch search) {
        Optional<Integer> total = search.total(source);
        return part.name().equals("count")
                ? total.map(it -> (JsonNode) JSON.numberNode(it)).orElse(NullNode.instance)
                : total.map(it -> (JsonNode) TextNode.valueOf(String.valueOf(search.last(it))))
                        .orElse(NullNode.instance);
    }

    private ArrayNode edges(FieldPlan field, List<ObjectNode> page, List<Object> path) {
        ArrayNode answer = JSON.arrayNode();
        for (ObjectNode match : page) {
            ObjectNode edge = JSON.objectNode();
            List<Object> place = with(path, answer.size());
            for (FieldPlan part : field.fields()) {
                count();
                JsonNode value = switch (part.name()) {
                    case "__typename" -> TextNode.valueOf(part.type());
                    case "mode" -> TextNode.valueOf("match");
                    case "resource" -> object(part.fields(), match, match, with(place, part.key()));
                    // Matches are not ranked.
                    default -> NullNode.instance;
                };
                edge.set(part.key(), value);
            }
            answer.add(edge);
        }
        return answer;
    }

    private void error(String message, List<Object> path) {
        ObjectNode error = errors.addObject().put("message", message);
        ArrayNode place = error.putArray("path");
        path.forEach(it -> {
            if (it instanceof Integer index) {
                place.add(index);
            } else {
                place.add(it.toString());
            }
        });
    }

    private void count() {
        if (++values > MOST_VALUES) {
            throw new QueryRefusedException("An answer has at most " + MOST_VALUES + " values; ask for less at a time");
        }
    }

    private void countResources(int more) {
        resources += more;
        if (resources > MOST_RESOURCES) {
            throw new QueryRefusedException(
                    "A query reads at most " + MOST_RESOURCES + " resources; ask for less at a time");
        }
    }

    private static List<Object> with(List<Object> path, Object step) {
        List<Object> longer = new ArrayList<>(path);
        longer.add(step);
        return longer;
    }

    /**
     * An object of the answer that is being filled.
     *
     * @param collected whether several values come under each name
     * @param suffix    of the names
     */
    private record Filled(ObjectNode answer, boolean collected, String suffix) {}
}
