package health.salus.fhir;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.searchparam.extractor.BaseSearchParamExtractor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where elements are in the JSON of a resource, as PostgreSQL looks for them.
 *
 * @param text       a JSON path of PostgreSQL, from the element where it begins
 * @param inResource whether it begins at the resource, wherever else one looks
 * @param element    what the elements are
 */
record JsonPath(String text, boolean inResource, BaseRuntimeElementDefinition<?> element) {

    /** What a FHIRPath says of what a reference leads to, which is not seen where the reference is. */
    static final String OF_TYPE = "\\.where\\(resolve\\(\\) is [A-Za-z]+\\)";

    private static final String RESOURCE = "%resource.";
    private static final Pattern IN_PARENTHESES = Pattern.compile("\\(([^()]+) as ([A-Za-z]+)\\)");
    private static final Pattern EXTENSION = Pattern.compile("extension\\('([^']*)'\\)");
    private static final Pattern STEP = Pattern.compile("([a-z][A-Za-z]*)"
            + "(?:\\.where\\(([a-z][A-Za-z]*) ?= ?'([^']*)'\\))?"
            + "(?:\\.(?:as|ofType)\\(([A-Za-z]+)\\))?(?:\\.|$)");

    /** Returns where a resource is: at the beginning. */
    static JsonPath ofResource(String type, FhirContext context) {
        return new JsonPath("$", true, context.getResourceDefinition(type));
    }

    /** Returns where a search parameter looks in resources of a type, as far as that can be said by paths. */
    static List<JsonPath> of(RuntimeSearchParam parameter, String type, FhirContext context) {
        JsonPath resource = new JsonPath("$", false, context.getResourceDefinition(type));
        return Arrays.stream(BaseSearchParamExtractor.splitPathsR4(parameter.getPath()))
                .map(it -> it.replaceAll(OF_TYPE, ""))
                .filter(it -> it.startsWith(type + ".") || it.startsWith("(" + type + "."))
                .map(it -> it.replaceFirst(type + "\\.", ""))
                .flatMap(it -> resource.follow(it, resource, context).orElse(List.of()).stream())
                .toList();
    }

    /**
     * Follows a FHIRPath of names with dots between, each perhaps with {@code where(name = 'text')} and {@code as(type)}, or
     * several of them.
     *
     * @param expression in which {@code %resource} is the resource
     * @param resource   where the resource is
     * @return the paths, several where a type is not said; nothing if there is something else in it, or no such element
     */
    Optional<List<JsonPath>> follow(String expression, JsonPath resource, FhirContext context) {
        List<JsonPath> found = new ArrayList<>();
        for (String alternative : BaseSearchParamExtractor.splitPathsR4(expression)) {
            String path = IN_PARENTHESES.matcher(alternative.trim()).replaceAll("$1.as($2)");
            path = EXTENSION.matcher(path).replaceAll("extension.where(url='$1')");
            List<JsonPath> ends = path.startsWith(RESOURCE)
                    ? resource.steps(path.substring(RESOURCE.length()), context)
                    : new JsonPath("$", false, element).steps(path, context);
            if (ends.isEmpty()) {
                return Optional.empty();
            }
            found.addAll(ends);
        }
        return Optional.of(found);
    }

    private List<JsonPath> steps(String path, FhirContext context) {
        List<JsonPath> reached = List.of(this);
        Matcher step = STEP.matcher(path);
        int end = 0;
        while (end < path.length()) {
            if (!step.find(end) || step.start() != end) {
                return List.of();
            }
            reached = reached.stream()
                    .flatMap(it -> it.step(step, context).stream())
                    .toList();
            end = step.end();
        }
        return reached;
    }

    private List<JsonPath> step(Matcher step, FhirContext context) {
        String filter =
                step.group(2) == null ? "" : " ? (@." + quoted(step.group(2)) + " == " + quoted(step.group(3)) + ")";
        String name = step.group(1);
        if (name.equals("extension") || name.equals("modifierExtension")) {
            return List.of(member(name, filter, context.getElementDefinition("Extension")));
        }
        BaseRuntimeChildDefinition child = element instanceof BaseRuntimeElementCompositeDefinition<?> whole
                ? Optional.ofNullable(whole.getChildByName(name + "[x]")).orElseGet(() -> whole.getChildByName(name))
                : null;
        if (child == null) {
            return List.of();
        }
        String wanted = step.group(4);
        boolean isChoice = !child.getValidChildNames().contains(name);
        return child.getValidChildNames().stream()
                .filter(it -> !isChoice || wanted == null || it.equalsIgnoreCase(name + wanted))
                .sorted()
                .map(it -> member(it, filter, child.getChildByName(it)))
                .toList();
    }

    // Arrays are unpacked on the way by themselves, but not at the end.
    private JsonPath member(String name, String filter, BaseRuntimeElementDefinition<?> definition) {
        return new JsonPath(text + "." + quoted(name) + "[*]" + filter, inResource, definition);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
