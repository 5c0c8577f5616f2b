package health.salus.fhir;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which resources of a record are asked for.
 *
 * @param query the parameters as they were sent, for a URL
 * @param types the resource types, empty for all
 * @param since only what was changed at this instant or later
 * @param start care dates from here on
 * @param end   care dates up to here
 */
record EverythingFilter(
        String query,
        Set<String> types,
        @Nullable Date since,
        @Nullable Date start,
        @Nullable Date end) {

    private static final List<String> NAMES = List.of("_type", "_since", "start", "end");

    // Where the types of a record say when care took place. What says none of it is not bound to a time and stays.
    private static final List<String> CARE_DATES = List.of(
            "effective[x]",
            "performed[x]",
            "occurrence[x]",
            "onset[x]",
            "period",
            "authoredOn",
            "recordedDate",
            "date",
            "issued",
            "created",
            "started");

    /** Takes the parameters of the filter out of those of a request. */
    static EverythingFilter takeFrom(Map<String, String[]> parameters) {
        Map<String, String> taken = new LinkedHashMap<>();
        for (String name : NAMES) {
            String[] values = parameters.remove(name);
            if (values != null) {
                taken.put(name, String.join(",", values));
            }
        }
        String query = taken.entrySet().stream()
                .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return new EverythingFilter(
                query,
                Arrays.stream(taken.getOrDefault("_type", "").split(","))
                        .filter(type -> !type.isBlank())
                        .collect(Collectors.toUnmodifiableSet()),
                date(taken, "_since", false),
                date(taken, "start", false),
                date(taken, "end", true));
    }

    boolean isEmpty() {
        return query.isEmpty();
    }

    boolean passes(Resource resource) {
        Date changed = resource.getMeta().getLastUpdated();
        return (types.isEmpty() || types.contains(resource.fhirType()))
                && (since == null || changed == null || !changed.before(since))
                && (start == null && end == null || isCareOfThatTime(resource));
    }

    private boolean isCareOfThatTime(Resource resource) {
        List<Base> dates = CARE_DATES.stream()
                .map(resource::getNamedProperty)
                .filter(Objects::nonNull)
                .map(Property::getValues)
                .flatMap(List::stream)
                .filter(value -> value instanceof BaseDateTimeType || value instanceof Period)
                .toList();
        return dates.isEmpty() || dates.stream().anyMatch(this::overlaps);
    }

    private boolean overlaps(Base value) {
        BaseDateTimeType first = value instanceof Period period ? period.getStartElement() : (BaseDateTimeType) value;
        BaseDateTimeType last = value instanceof Period period ? period.getEndElement() : (BaseDateTimeType) value;
        boolean endsBefore = start != null && last.hasValue() && end(last).before(start);
        boolean startsAfter =
                end != null && first.hasValue() && first.getValue().after(end);
        return !endsBefore && !startsAfter;
    }

    private static Date end(BaseDateTimeType value) {
        return SearchedPeriod.end(new DateParam(value.getValueAsString()));
    }

    private static @Nullable Date date(Map<String, String> parameters, String name, boolean end) {
        String text = parameters.get(name);
        if (text == null) {
            return null;
        }
        try {
            // A plus sign in a URL arrives as a space.
            DateParam value = new DateParam(text.replace(' ', '+'));
            return end ? SearchedPeriod.end(value) : SearchedPeriod.start(value);
        } catch (DataFormatException | InvalidRequestException e) {
            throw new InvalidRequestException("The parameter '" + name + "' takes a date such as 2026-01-02");
        }
    }
}
