package health.salus.searchparameter;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.searchparam.registry.RuntimeSearchParamCache;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.util.ResourceSearchParams;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * HAPI's register of search parameters, which gives one that is not yet indexed to whoever writes and to nobody who searches.
 *
 * <p>A search by it is answered 503 until all resources have been read. A warning beside an incomplete result would be the
 * other choice; but a program that does not read it would take what it got for all that there is, and so would a conditional
 * create, which then makes a second resource. The CapabilityStatement does not name it before.
 */
@Component
class UsableSearchParameters extends KnownSearchParameters {

    private static final String RETRY_AFTER_SECONDS = "5";

    private final Reindexes reindexes;
    private final ShippedIndex index;
    private volatile List<ParameterState> known = List.of();
    private volatile Map<String, Reindex.State> unfinished = Map.of();
    private volatile Set<String> pending = Set.of();

    UsableSearchParameters(ShippedParameters shipped, Reindexes reindexes, ShippedIndex index) {
        super(shipped);
        this.reindexes = reindexes;
        this.index = index;
    }

    /**
     * Reads all search parameters again if some of them have changed, or can now be searched by, whoever did that.
     *
     * @return whether resources have to be read because of one of them
     */
    boolean follow() {
        List<ParameterState> states = reindexes.states();
        if (!states.equals(known)) {
            forceRefresh();
        }
        return states.stream().anyMatch(ParameterState::isOpen);
    }

    // Called by HAPI after it has read the parameters: their states are then at least as new.
    @Override
    public void setActiveSearchParams(RuntimeSearchParamCache parameters) {
        List<ParameterState> states = reindexes.states();
        unfinished = states.stream()
                .filter(it -> it.state() != Reindex.State.FINISHED)
                .collect(Collectors.toUnmodifiableMap(ParameterState::parameter, ParameterState::state));
        pending = index.pending();
        known = states;
        super.setActiveSearchParams(parameters);
    }

    /** Finds a parameter; 503 if it is for a search and not yet indexed, 400 if it could not be. */
    @Override
    public @Nullable RuntimeSearchParam getActiveSearchParam(
            String type, String name, SearchParamLookupContextEnum purpose) {
        RuntimeSearchParam found = super.getActiveSearchParam(type, name, purpose);
        if (found != null && isSearch(purpose)) {
            state(type, found).ifPresent(state -> {
                throw refusal(type, name, state);
            });
        }
        return found;
    }

    /** Returns the parameters of a type, for a search without those that are not indexed. */
    @Override
    public ResourceSearchParams getActiveSearchParams(String type, SearchParamLookupContextEnum purpose) {
        ResourceSearchParams all = super.getActiveSearchParams(type, purpose);
        if (!isSearch(purpose) || (unfinished.isEmpty() && pending.isEmpty())) {
            return all;
        }
        ResourceSearchParams usable = all.makeCopy();
        all.values().stream()
                .filter(it -> state(type, it).isPresent())
                .map(RuntimeSearchParam::getName)
                .forEach(usable::remove);
        return usable;
    }

    private Optional<Reindex.State> state(String type, RuntimeSearchParam parameter) {
        if (isPending(type, parameter)) {
            return Optional.of(Reindex.State.RUNNING);
        }
        return unfinished.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(parameter.getId())
                        .map(id -> id.getIdPart())
                        .map((Function<String, Reindex.@Nullable State>) unfinished::get);
    }

    // A stored one may have taken the place of one that was brought along.
    private boolean isPending(String type, RuntimeSearchParam parameter) {
        return pending.contains(ShippedParameters.key(type, parameter.getName()))
                && (parameter.getId() == null
                        || known.stream()
                                .noneMatch(it ->
                                        it.parameter().equals(parameter.getId().getIdPart())));
    }

    private static boolean isSearch(SearchParamLookupContextEnum purpose) {
        return purpose == SearchParamLookupContextEnum.SEARCH || purpose == SearchParamLookupContextEnum.SORT;
    }

    private static RuntimeException refusal(String type, String name, Reindex.State state) {
        if (state == Reindex.State.FAILED) {
            return new InvalidRequestException("Some resources could not be indexed by the search parameter '" + name
                    + "' of " + type + ", so a search by it would miss them. Its expression has to be corrected.");
        }
        UnclassifiedServerFailureException wait = new UnclassifiedServerFailureException(
                HttpStatus.SERVICE_UNAVAILABLE.value(),
                "The search parameter '" + name + "' of " + type
                        + " is new or has changed, and what is stored is still being indexed. Try again later.");
        wait.addResponseHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        return wait;
    }
}
