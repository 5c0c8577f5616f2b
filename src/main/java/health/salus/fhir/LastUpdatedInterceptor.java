package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import java.util.Date;

/**
 * Turns {@code _lastUpdated} into two instants, so that {@code lt2026-01-02} ends where that day begins. HAPI takes a day
 * as it lasts somewhere on earth, half a day more at both ends.
 */
@Interceptor
@Component
class LastUpdatedInterceptor {

    /** Changes the parameters of a search before it runs. */
    @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
    public void onSearch(SearchParameterMap parameters) {
        DateRangeParam range = parameters.getLastUpdated();
        if (range != null && !range.isEmpty() && !isNotEqual(range)) {
            parameters.setLastUpdated(
                    new DateRangeParam(earliest(range.getLowerBound()), latest(range.getUpperBound())));
        }
    }

    // This one is two ranges and no single one.
    private static boolean isNotEqual(DateRangeParam range) {
        return range.getLowerBound() != null && range.getLowerBound().getPrefix() == ParamPrefixEnum.NOT_EQUAL;
    }

    private static @Nullable Date earliest(@Nullable DateParam bound) {
        if (bound == null) {
            return null;
        }
        boolean after =
                bound.getPrefix() == ParamPrefixEnum.GREATERTHAN || bound.getPrefix() == ParamPrefixEnum.STARTS_AFTER;
        return after ? new Date(SearchedPeriod.end(bound).getTime() + 1) : SearchedPeriod.start(bound);
    }

    private static @Nullable Date latest(@Nullable DateParam bound) {
        if (bound == null) {
            return null;
        }
        boolean before =
                bound.getPrefix() == ParamPrefixEnum.LESSTHAN || bound.getPrefix() == ParamPrefixEnum.ENDS_BEFORE;
        return before ? new Date(SearchedPeriod.start(bound).getTime() - 1) : SearchedPeriod.end(bound);
    }
}
