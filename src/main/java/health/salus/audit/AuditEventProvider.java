package health.salus.audit;

import ca.uhn.fhir.model.api.IQueryParameterOr;
import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.param.BaseParam;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.jspecify.annotations.Nullable;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The trail as FHIR: administrators read that of their tenant, patients what concerns their own record, and nobody writes.
 *
 * @see <a href="https://hl7.org/fhir/R4/auditevent.html">FHIR R4, AuditEvent</a>
 */
public final class AuditEventProvider implements IResourceProvider {

    private static final int PAGE = 50;
    private static final int LONGEST_PAGE = 500;
    private static final Pattern SEQ = Pattern.compile("[1-9][0-9]{0,17}");
    /** The parameter of the links between pages. */
    static final String BEFORE = "before";

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");
    private static final Set<String> SHAPES = Set.of("_count", "_summary", "_format", "_pretty", "_elements", "_total");

    private final AuditSearch trail;
    private final AuditEventMapping mapping;

    AuditEventProvider(AuditSearch trail, AuditEventMapping mapping) {
        this.trail = trail;
        this.mapping = mapping;
    }

    @Override
    public Class<AuditEvent> getResourceType() {
        return AuditEvent.class;
    }

    /** Returns one event, or answers 404 if there is none that the caller may see. */
    @Read
    public AuditEvent read(@IdParam IdType id, ServletRequestDetails request) {
        SmartPrincipal caller = caller(request);
        if (!SEQ.matcher(id.getIdPart()).matches()) {
            throw new ResourceNotFoundException(id);
        }
        return trail.find(query(caller, new ArrayList<>(), null, List.of(), null), Long.parseLong(id.getIdPart()))
                .map(found -> view(caller, found))
                .filter(found -> isShown(caller, found))
                .map(mapping::show)
                .orElseThrow(() -> new ResourceNotFoundException(id));
    }

    /**
     * Returns a page of events, the newest first.
     *
     * @param patient whom the resources are about
     * @param agent   who did it: the user, the client, or the resource that stands for the person
     * @param entity  a resource that was named, shown or changed, {@code Observation/17}
     * @param date    when
     * @param outcome 0, 4 or 8
     * @param before  only events before this one; the link to the next page has it
     * @param count   events per page, 50 unless told, at most 500
     */
    @Search
    public Bundle search(
            @OptionalParam(name = "patient", targetTypes = Patient.class) @Nullable ReferenceOrListParam patient,
            @OptionalParam(name = "agent") @Nullable ReferenceOrListParam agent,
            @OptionalParam(name = "entity") @Nullable ReferenceOrListParam entity,
            @OptionalParam(name = "date") @Nullable DateRangeParam date,
            @OptionalParam(name = "outcome") @Nullable TokenOrListParam outcome,
            @OptionalParam(name = BEFORE) @Nullable StringParam before,
            @Count @Nullable Integer count,
            @Nullable SummaryEnum summary,
            ServletRequestDetails request) {
        SmartPrincipal caller = caller(request);
        requireKnown(request, date);
        List<List<String>> terms = new ArrayList<>();
        add(terms, "patient:", patient, AuditEventProvider::idOfPatient);
        add(terms, "agent:", agent, AuditEventProvider::reference);
        add(terms, "entity:", entity, AuditEventProvider::reference);
        AuditQuery query = query(caller, terms, date, outcomes(outcome), before(before));
        Bundle page = new Bundle().setType(BundleType.SEARCHSET);
        if (summary == SummaryEnum.COUNT) {
            return page.setTotal(ownRecord(caller).isPresent() ? countShown(caller, query) : trail.count(query));
        }
        int size = count == null ? PAGE : Math.min(Math.max(count, 1), LONGEST_PAGE);
        return fill(page, caller, trail.find(query, size + 1), size, request);
    }

    // What only asked for the record is not shown to its patient, and the index does not know the difference.
    private int countShown(SmartPrincipal caller, AuditQuery query) {
        int shown = 0;
        Long before = query.before();
        while (true) {
            List<NumberedEntry> found = trail.find(query.before(before), LONGEST_PAGE);
            shown += (int) found.stream()
                    .map(entry -> view(caller, entry))
                    .filter(entry -> isShown(caller, entry))
                    .count();
            if (found.size() < LONGEST_PAGE) {
                return shown;
            }
            before = found.get(found.size() - 1).seq();
        }
    }

    private Bundle fill(
            Bundle page, SmartPrincipal caller, List<NumberedEntry> found, int size, ServletRequestDetails request) {
        page.addLink().setRelation("self").setUrl(request.getCompleteUrl());
        found.stream()
                .limit(size)
                .map(entry -> view(caller, entry))
                .filter(entry -> isShown(caller, entry))
                .map(mapping::show)
                .forEach(event -> page.addEntry()
                        .setFullUrl(request.getFhirServerBase() + "/AuditEvent/"
                                + event.getIdElement().getIdPart())
                        .setResource(event)
                        .getSearch()
                        .setMode(Bundle.SearchEntryMode.MATCH));
        if (found.size() > size) {
            page.addLink()
                    .setRelation("next")
                    .setUrl(next(request, found.get(size - 1).seq()));
        }
        return page;
    }

    private static String next(ServletRequestDetails request, long last) {
        StringBuilder url = new StringBuilder(request.getFhirServerBase()).append("/AuditEvent?");
        request.getParameters().forEach((name, values) -> {
            for (String value : values) {
                if (!name.equals(BEFORE)) {
                    url.append(encode(name)).append('=').append(encode(value)).append('&');
                }
            }
        });
        return url.append(BEFORE).append('=').append(last).toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static SmartPrincipal caller(ServletRequestDetails request) {
        return SmartPrincipal.of(request)
                .filter(caller ->
                        caller.role() == Role.ADMIN || ownRecord(caller).isPresent())
                .orElseThrow(() -> new ForbiddenOperationException("Only administrators and patients see the trail"));
    }

    private static Optional<String> ownRecord(SmartPrincipal caller) {
        return caller.role() == Role.PATIENT ? Optional.ofNullable(caller.patient()) : Optional.empty();
    }

    private static NumberedEntry view(SmartPrincipal caller, NumberedEntry entry) {
        return ownRecord(caller).map(entry::about).orElse(entry);
    }

    // A patient sees who saw the record, and not who looked for it in vain.
    private static boolean isShown(SmartPrincipal caller, NumberedEntry entry) {
        return ownRecord(caller).isEmpty() || !entry.entry().targets().isEmpty();
    }

    private static AuditQuery query(
            SmartPrincipal caller,
            List<List<String>> terms,
            @Nullable DateRangeParam date,
            List<Integer> outcomes,
            @Nullable Long before) {
        ownRecord(caller).ifPresent(own -> terms.add(List.of("patient:" + own)));
        return new AuditQuery(
                caller.tenant().value(),
                caller.role() == Role.ADMIN && caller.tenant().equals(TenantId.DEFAULT),
                terms,
                instant(date == null ? null : date.getLowerBoundAsInstant()),
                instant(date == null ? null : date.getUpperBoundAsInstant()),
                ownRecord(caller).isPresent() ? List.of(AuditOutcome.SUCCESS.code()) : outcomes,
                before);
    }

    // Time outside of these years is before or after every event, and more than the database can hold.
    private static @Nullable Instant instant(@Nullable Date date) {
        if (date == null) {
            return null;
        }
        Instant instant = date.toInstant();
        return instant.isBefore(EARLIEST) ? EARLIEST : instant.isAfter(LATEST) ? LATEST : instant;
    }

    // HAPI takes what a provider does not name and begins with an underscore, and nothing would come of it.
    private static void requireKnown(ServletRequestDetails request, @Nullable DateRangeParam date) {
        request.getParameters().keySet().stream()
                .filter(name -> name.startsWith("_") && !SHAPES.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new InvalidRequestException("AuditEvent does not support the parameter " + name);
                });
        if (request.getParameters().containsKey("date:missing")
                || (date != null
                        && Stream.of(date.getLowerBound(), date.getUpperBound())
                                .anyMatch(it -> it != null && it.getPrefix() == ParamPrefixEnum.NOT_EQUAL))) {
            throw new InvalidRequestException("date takes a time, with eq, lt, gt, le or ge before it");
        }
    }

    private static void add(
            List<List<String>> terms,
            String prefix,
            @Nullable ReferenceOrListParam values,
            Function<ReferenceParam, String> word) {
        if (values != null) {
            requirePlain(values);
            terms.add(values.getValuesAsQueryTokens().stream()
                    .map(value -> prefix + word.apply(value))
                    .toList());
        }
    }

    private static String reference(ReferenceParam value) {
        return value.getResourceType() == null ? value.getIdPart() : value.getResourceType() + "/" + value.getIdPart();
    }

    private static String idOfPatient(ReferenceParam value) {
        return value.getIdPart();
    }

    private static List<Integer> outcomes(@Nullable TokenOrListParam values) {
        if (values == null) {
            return List.of();
        }
        requirePlain(values);
        return values.getValuesAsQueryTokens().stream()
                .map(TokenParam::getValue)
                .map(AuditEventProvider::outcome)
                .toList();
    }

    private static Integer outcome(@Nullable String code) {
        if (code == null || !code.matches("0|4|8|12")) {
            throw new InvalidRequestException("outcome is one of 0, 4, 8 and 12");
        }
        return Integer.valueOf(code);
    }

    private static @Nullable Long before(@Nullable StringParam value) {
        if (value == null) {
            return null;
        }
        if (value.getValue() == null || !SEQ.matcher(value.getValue()).matches()) {
            throw new InvalidRequestException(BEFORE + " is the number of an event");
        }
        return Long.valueOf(value.getValue());
    }

    // A modifier that is not understood must not be answered as if it were not there.
    private static void requirePlain(IQueryParameterOr<? extends BaseParam> values) {
        for (BaseParam value : values.getValuesAsQueryTokens()) {
            boolean modified = value.getMissing() != null
                    || value.getQueryParameterQualifier() != null
                            && (value instanceof TokenParam
                                    || !value.getQueryParameterQualifier().matches(":[A-Z][A-Za-z]+"));
            if (modified) {
                throw new InvalidRequestException("Modifiers and chains are not supported for AuditEvent");
            }
        }
    }
}
