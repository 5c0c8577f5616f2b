package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.codesystems.ObservationStatistics;
import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is asked of {@code $stats}.
 *
 * @param subject    a reference to whom the observations are about
 * @param codes      of what there are to be statistics, at least one
 * @param period     when the observations were made, or null for any time
 * @param statistics what is to be worked out, at least one
 * @param sources    how many observations are to be shown beside it
 */
record StatisticsQuery(
        String subject,
        List<Coding> codes,
        @Nullable Period period,
        List<ObservationStatistics> statistics,
        int sources) {

    private static final Set<String> ABOUT_ANSWER = Set.of("_format", "_pretty", "_elements", "_summary");
    private static final Set<String> COMPLEX = Set.of("coding", "period");
    private static final int MOST_CODES = 20;
    // A hundred years.
    private static final BigDecimal LONGEST = BigDecimal.valueOf(876_600);
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,8}");

    StatisticsQuery {
        codes = List.copyOf(codes);
        statistics = List.copyOf(statistics);
    }

    /**
     * Reads parameters.
     *
     * @param base the own address, below which references are to own resources
     * @throws InvalidRequestException if one is missing, unknown or not understood
     */
    static StatisticsQuery of(Parameters parameters, String base, Instant now) {
        Given given = new Given(parameters.getParameter().stream()
                .filter(it -> !ABOUT_ANSWER.contains(it.getName()))
                .toList());
        String subject = given.text("subject").orElse("");
        IdType reference = new IdType(subject.startsWith(base + "/") ? subject.substring(base.length() + 1) : subject);
        if (!reference.hasResourceType() || !reference.hasIdPart()) {
            throw new InvalidRequestException("Say whose observations by one 'subject', such as Patient/123");
        }
        boolean include = given.text("include").map(StatisticsQuery::isTrue).orElse(false);
        int limit = given.text("limit").map(StatisticsQuery::count).orElse(Integer.MAX_VALUE);
        return new StatisticsQuery(
                reference.toVersionless().getValue(),
                codes(given),
                period(given, now),
                statistics(given),
                include ? limit : 0);
    }

    private static List<Coding> codes(Given given) {
        String system = given.text("system").orElse(null);
        List<Coding> codes = new ArrayList<>();
        given.texts("code").forEach(code -> codes.add(new Coding(system, code, null)));
        given.values("coding", Coding.class).forEach(codes::add);
        if (codes.isEmpty() || codes.size() > MOST_CODES || codes.stream().anyMatch(it -> !it.hasCode())) {
            throw new InvalidRequestException("Say of what, by a 'code' and its 'system' or by a 'coding' with a code,"
                    + " at most " + MOST_CODES + " of them");
        }
        return codes;
    }

    private static @Nullable Period period(Given given, Instant now) {
        Optional<String> duration = given.text("duration");
        List<Period> periods = given.values("period", Period.class);
        if (duration.isPresent()) {
            String hours = duration.get();
            if (!NUMBER.matcher(hours).matches()
                    || new BigDecimal(hours).signum() == 0
                    || new BigDecimal(hours).compareTo(LONGEST) > 0) {
                throw new InvalidRequestException(
                        "The parameter 'duration' takes hours, more than 0 and at most " + LONGEST.toPlainString());
            }
            long seconds = new BigDecimal(hours)
                    .multiply(BigDecimal.valueOf(Duration.ofHours(1).toSeconds()))
                    .longValue();
            return new Period().setStartElement(time(now.minusSeconds(seconds))).setEndElement(time(now));
        }
        if (periods.size() > 1 || periods.stream().anyMatch(it -> !it.hasStart() && !it.hasEnd())) {
            throw new InvalidRequestException("The parameter 'period' takes one Period with a start, an end or both");
        }
        return periods.stream().findFirst().orElse(null);
    }

    private static DateTimeType time(Instant time) {
        return new DateTimeType(new InstantType(Date.from(time)).getValueAsString());
    }

    private static List<ObservationStatistics> statistics(Given given) {
        try {
            List<ObservationStatistics> asked = given.texts("statistic").stream()
                    .map(StatisticsQuery::statistic)
                    .distinct()
                    .toList();
            if (!asked.isEmpty()) {
                return asked;
            }
        } catch (FHIRException unknown) {
            // Answered below, like none at all.
        }
        throw new InvalidRequestException("Say what to work out by 'statistic', one or more times, each one of "
                + Arrays.stream(ObservationStatistics.values())
                        .filter(it -> it != ObservationStatistics.NULL)
                        .map(ObservationStatistics::toCode)
                        .collect(Collectors.joining(", ")));
    }

    private static ObservationStatistics statistic(String code) {
        ObservationStatistics known = ObservationStatistics.fromCode(code);
        if (known == null) {
            throw new FHIRException("No code");
        }
        return known;
    }

    private static boolean isTrue(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new InvalidRequestException("The parameter 'include' takes true or false");
        }
        return text.equals("true");
    }

    private static int count(String text) {
        if (!COUNT.matcher(text).matches()) {
            throw new InvalidRequestException("The parameter 'limit' takes a whole number from 1");
        }
        return Integer.parseInt(text);
    }

    /** What came, by its name. */
    private record Given(List<ParametersParameterComponent> parameters) {

        private static final Set<String> KNOWN =
                Set.of("subject", "code", "system", "coding", "duration", "period", "statistic", "include", "limit");

        Given {
            parameters.forEach(Given::require);
        }

        private static void require(ParametersParameterComponent parameter) {
            String name = parameter.getName();
            if (name == null || !KNOWN.contains(name)) {
                throw new InvalidRequestException("The operation $stats takes the parameters "
                        + KNOWN.stream().sorted().collect(Collectors.joining(", ")) + " and no other");
            }
            boolean simple = parameter.hasValue() && parameter.getValue().isPrimitive();
            if (COMPLEX.contains(name) && (simple || !parameter.hasValue())) {
                throw new InvalidRequestException("The parameter '" + name
                        + "' is not simple: send it by POST, in a resource 'Parameters', with its own type");
            }
            if (!COMPLEX.contains(name) && !simple) {
                throw new InvalidRequestException("The parameter '" + name + "' takes one simple value");
            }
        }

        List<String> texts(String name) {
            return parameters.stream()
                    .filter(it -> name.equals(it.getName()))
                    .map(it -> it.getValue().primitiveValue())
                    .toList();
        }

        Optional<String> text(String name) {
            List<String> texts = texts(name);
            if (texts.size() > 1) {
                throw new InvalidRequestException("The parameter '" + name + "' is there more than once");
            }
            return texts.stream().findFirst();
        }

        <T extends Type> List<T> values(String name, Class<T> type) {
            return parameters.stream()
                    .filter(it -> name.equals(it.getName()))
                    .map(it -> it.getValue())
                    .map(it -> Optional.of(it)
                            .filter(type::isInstance)
                            .map(type::cast)
                            .orElseThrow(() -> new InvalidRequestException("The parameter '" + name + "' takes a value"
                                    + " of the type " + type.getSimpleName())))
                    .toList();
        }
    }
}
