package health.salus.bulk;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import health.salus.smart.BulkRights;
import org.hl7.fhir.r4.model.DateTimeType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Understands what a client orders, and holds it to what its token allows.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters">Bulk Data Access 2.0, query parameters</a>
 */
@Component
class ExportOrders {

    // AuditEvent is the trail's; the other two are made for answers and never stored by themselves.
    private static final Set<String> NEVER = Set.of("AuditEvent", "OperationOutcome", "Parameters");
    private static final Set<String> KNOWN = Set.of(
            "_outputFormat",
            "_since",
            "_until",
            "_type",
            "_elements",
            "_typeFilter",
            "patient",
            "includeAssociatedData",
            "_includeAssociatedData",
            "_format",
            "_pretty");
    private static final Set<String> FORMATS =
            Set.of("application/fhir+ndjson", "application/ndjson", "ndjson", "application/fhir ndjson");
    private static final Pattern ELEMENT = Pattern.compile("([A-Z][A-Za-z]+\\.)?[a-z][A-Za-z]*(\\.[a-z][A-Za-z]*)*");

    private final FhirContext context;
    private final Searches searches;

    ExportOrders(FhirContext context, Searches searches) {
        this.context = context;
        this.searches = searches;
    }

    /**
     * Makes the order that a request asks for.
     *
     * @throws InvalidRequestException     400 if something in it is not understood
     * @throws ForbiddenOperationException 403 if the token does not open a type that is asked for, or none at all
     */
    ExportOrder order(AskedFor asked, String base, ExportOrder.Level level, BulkRights rights) {
        asked.values().keySet().stream()
                .filter(name -> !KNOWN.contains(name))
                .forEach(name -> asked.refuse("The parameter " + name + " is not supported"));
        asked.list("_outputFormat").stream()
                .filter(format -> !FORMATS.contains(format))
                .findFirst()
                .ifPresent(format -> {
                    throw new InvalidRequestException("_outputFormat: files come in application/fhir+ndjson only");
                });
        List<String> types = types(asked, level, rights);
        return new ExportOrder(
                base,
                level,
                types,
                time(asked, "_since"),
                time(asked, "_until"),
                filters(asked, types, rights),
                elements(asked),
                associated(asked, rights),
                asked.ignored());
    }

    private List<String> types(AskedFor asked, ExportOrder.Level level, BulkRights rights) {
        Set<String> possible = new LinkedHashSet<>();
        context.getResourceTypes().stream()
                .sorted()
                .filter(type -> !NEVER.contains(type) && (level == ExportOrder.Level.SYSTEM || isOfPatients(type)))
                .forEach(possible::add);
        List<String> wanted = asked.list("_type");
        List<String> types = new ArrayList<>();
        for (String type : wanted) {
            if (!possible.contains(type)) {
                asked.refuse("_type: this export has no resources of type " + shown(type));
            } else if (!rights.mayExport(type)) {
                throw new ForbiddenOperationException("The scopes of the token do not allow to export " + type);
            } else {
                types.add(type);
            }
        }
        if (wanted.isEmpty()) {
            possible.stream().filter(rights::mayExport).forEach(types::add);
        }
        if (types.isEmpty()) {
            throw new ForbiddenOperationException("The scopes of the token allow to export none of these types");
        }
        return types;
    }

    private boolean isOfPatients(String type) {
        return type.equals("Patient") || ExportRows.paths(context, type).length > 0;
    }

    private Map<String, List<String>> filters(AskedFor asked, List<String> types, BulkRights rights) {
        Map<String, List<String>> filters = new LinkedHashMap<>();
        // Within a search, commas are its own; those between searches are followed by a type and a question mark.
        asked.values().getOrDefault("_typeFilter", List.of()).stream()
                .flatMap(value -> List.of(value.split(",(?=[A-Z][A-Za-z]+\\?)")).stream())
                .filter(value -> !value.isBlank())
                .forEach(value -> addFilter(filters, value.strip(), asked, types, rights));
        return filters;
    }

    private void addFilter(
            Map<String, List<String>> filters, String value, AskedFor asked, List<String> types, BulkRights rights) {
        int mark = value.indexOf('?');
        String type = mark < 0 ? value : value.substring(0, mark);
        if (mark < 0 || !types.contains(type)) {
            asked.refuse("_typeFilter: a search begins with one of the exported types and a question mark");
            return;
        }
        String query = value.substring(mark + 1);
        searches.check(type, query, rights);
        filters.computeIfAbsent(type, key -> new ArrayList<>()).add(query);
    }

    // Of several, the one that returns most counts.
    private static AssociatedData associated(AskedFor asked, BulkRights rights) {
        AssociatedData most = AssociatedData.NONE;
        for (String word : Stream.concat(
                        asked.list("includeAssociatedData").stream(), asked.list("_includeAssociatedData").stream())
                .toList()) {
            Optional<AssociatedData> wanted = AssociatedData.of(word);
            if (wanted.isEmpty()) {
                asked.refuse("includeAssociatedData: this server has no " + shown(word));
            } else if (!rights.mayExport(AssociatedData.PROVENANCE)) {
                throw new ForbiddenOperationException("The scopes of the token do not allow to export Provenance");
            } else if (wanted.get().compareTo(most) > 0) {
                most = wanted.get();
            }
        }
        return most;
    }

    private Set<String> elements(AskedFor asked) {
        Set<String> elements = new LinkedHashSet<>();
        for (String element : asked.list("_elements")) {
            if (!ELEMENT.matcher(element).matches()) {
                throw new InvalidRequestException("_elements: write 'name' or 'Patient.name'");
            }
            elements.add(Character.isUpperCase(element.charAt(0)) ? element : "*." + element);
        }
        return elements;
    }

    private static @Nullable Instant time(AskedFor asked, String name) {
        List<String> values = asked.values().getOrDefault(name, List.of());
        if (values.isEmpty()) {
            return null;
        }
        try {
            // A plus sign in an address arrives as a space.
            return new DateTimeType(values.get(0).replace(' ', '+')).getValue().toInstant();
        } catch (DataFormatException | IllegalArgumentException | NullPointerException e) {
            throw new InvalidRequestException(name + " needs an instant, such as 2026-01-02T03:04:05Z");
        }
    }

    private static String shown(String text) {
        return text.matches("[A-Za-z]{1,64}") ? text : "the given name";
    }
}
