package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.search.ISynchronousSearchSvc;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;

/**
 * Gives up a search that finds more than its {@link PageLimit}, before anything of it is loaded or shown.
 *
 * @param hapi searches
 */
@SuppressWarnings("rawtypes")
record LimitedSearches(ISynchronousSearchSvc hapi) implements ISynchronousSearchSvc {

    @Override
    public IBundleProvider executeQuery(
            SearchParameterMap parameters,
            RequestDetails request,
            String search,
            ISearchBuilder builder,
            @Nullable Integer mostResults,
            RequestPartitionId partition) {
        ISearchBuilder limited = request == null
                ? builder
                : PageLimit.of(request)
                        .map(limit -> limited(builder, limit.matches()))
                        .orElse(builder);
        return hapi.executeQuery(parameters, request, search, limited, mostResults, partition);
    }

    @Override
    public IBundleProvider executeQuery(String type, SearchParameterMap parameters, RequestPartitionId partition) {
        return hapi.executeQuery(type, parameters, partition);
    }

    private static ISearchBuilder limited(ISearchBuilder builder, int matches) {
        // One more than there may be tells whether there are more.
        builder.setMaxResultsToFetch(matches + 1);
        return (ISearchBuilder) Proxy.newProxyInstance(
                LimitedSearches.class.getClassLoader(), new Class<?>[] {ISearchBuilder.class}, (proxy, method, all) -> {
                    Object result = call(builder, method, all);
                    return method.getName().equals("createQuery")
                            ? new Limited((IResultIterator<?>) result, matches)
                            : result;
                });
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Counts what is found. */
    private static final class Limited implements IResultIterator<JpaPid> {

        private final IResultIterator<?> results;
        private int left;

        Limited(IResultIterator<?> results, int matches) {
            this.results = results;
            this.left = matches;
        }

        @Override
        public boolean hasNext() {
            return results.hasNext();
        }

        @Override
        public JpaPid next() {
            if (left == 0) {
                throw new PageLimit.Exceeded();
            }
            left--;
            return (JpaPid) results.next();
        }

        @Override
        public int getSkippedCount() {
            return results.getSkippedCount();
        }

        @Override
        public int getNonSkippedCount() {
            return results.getNonSkippedCount();
        }

        @Override
        public Collection<JpaPid> getNextResultBatch(long size) {
            throw new UnsupportedOperationException("A limited search is read one by one");
        }

        @Override
        public void close() throws IOException {
            results.close();
        }
    }
}
