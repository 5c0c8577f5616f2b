package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.TokenParamModifier;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Period;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code Observation/$stats}: what the measurements of somebody amount to.
 *
 * <p>The observations are searched as everybody searches, and loaded as for a search, so that nothing that the caller may not
 * see is in a number.
 *
 * @see <a href="https://hl7.org/fhir/R4/observation-operation-stats.html">FHIR R4, observation statistics</a>
 */
@Component
class StatisticsOperation implements FhirOperations {

    private static final String TYPE = "Observation";
    private static final int MOST = 5000;
    private static final Comparator<Observation> NEWEST_FIRST =
            Comparator.comparing(MeasuredCodes::time, Comparator.nullsLast(Comparator.reverseOrder()));

    private final DaoRegistry resources;
    private final MatchLoading loading;
    private final Tenants tenants;

    StatisticsOperation(DaoRegistry resources, MatchLoading loading, Tenants tenants) {
        this.resources = resources;
        this.loading = loading;
        this.tenants = tenants;
    }

    /**
     * Returns statistics, an Observation for each code, and if asked the observations of which they are. Nothing measured is
     * a count of 0. 400 for parameters that are missing or not understood, or that are about more than 5000 observations.
     */
    @Operation(name = "$stats", typeName = TYPE, idempotent = true)
    public Parameters statistics(ServletRequestDetails request) {
        StatisticsQuery query =
                StatisticsQuery.of(PostedParameters.all(request), request.getFhirServerBase(), Instant.now());
        MeasuredCodes measured = new MeasuredCodes(query.codes());
        Map<String, Observation> found = find(criteria(query).add("combo-code", codes(query)), request);
        found.values().forEach(it -> measured.take(it, false));
        List<String> members = measured.members(found.values());
        if (!members.isEmpty()) {
            Map<String, Observation> ofPanels = find(criteria(query).add("_id", ids(members)), request);
            ofPanels.values().forEach(it -> measured.take(it, true));
            found.putAll(ofPanels);
        }
        Parameters answer = new Parameters();
        measured.codes().forEach(code -> {
            Observation statistics = MeasuredStatistics.of(query, code);
            MadeForAnswer.mark(statistics);
            answer.addParameter().setName("statistics").setResource(statistics);
        });
        found.values().stream()
                .sorted(NEWEST_FIRST)
                .limit(query.sources())
                .forEach(source -> answer.addParameter().setName("source").setResource(source));
        return answer;
    }

    private static SearchParameterMap criteria(StatisticsQuery query) {
        SearchParameterMap criteria = new SearchParameterMap()
                .add("subject", new ReferenceParam(query.subject()))
                .add("status", new TokenParam("entered-in-error").setModifier(TokenParamModifier.NOT));
        Period period = query.period();
        if (period != null && period.hasStart()) {
            criteria.add("date", new DateParam("ge" + period.getStartElement().getValueAsString()));
        }
        if (period != null && period.hasEnd()) {
            criteria.add("date", new DateParam("le" + period.getEndElement().getValueAsString()));
        }
        criteria.setLoadSynchronousUpTo(MOST + 1);
        return criteria;
    }

    private static TokenOrListParam codes(StatisticsQuery query) {
        TokenOrListParam codes = new TokenOrListParam();
        query.codes().forEach(it -> codes.addOr(new TokenParam(it.getSystem(), it.getCode())));
        return codes;
    }

    private static TokenOrListParam ids(List<String> members) {
        TokenOrListParam ids = new TokenOrListParam();
        members.forEach(id -> ids.addOr(new TokenParam(id)));
        return ids;
    }

    private Map<String, Observation> find(SearchParameterMap criteria, ServletRequestDetails request) {
        List<JpaPid> matches = resources.getResourceDao(TYPE).searchForIds(criteria, request);
        if (matches.size() > MOST) {
            throw new InvalidRequestException(
                    "More than " + MOST + " observations match. Narrow them by a 'period' or a shorter 'duration'.");
        }
        int partition =
                tenants.require(TenantId.orDefault(request.getTenantId())).partition();
        Map<String, Observation> found = new LinkedHashMap<>();
        if (!matches.isEmpty()) {
            loading.load(TYPE, matches, request, RequestPartitionId.fromPartitionId(partition))
                    .forEach(it -> found.put(it.getIdElement().getIdPart(), (Observation) it));
        }
        return found;
    }
}
