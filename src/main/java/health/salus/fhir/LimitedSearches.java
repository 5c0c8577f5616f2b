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
import java.util.Iterator;

/**
 * Lets a {@link SearchAttempt} take all matches of a search, and HAPI load those on its first page.
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
                : SearchAttempt.of(request)
                        .map(attempt -> limited(builder, attempt, partition))
                        .orElse(builder);
        return hapi.executeQuery(parameters, request, search, limited, mostResults, partition);
    }

    @Override
    public IBundleProvider executeQuery(String type, SearchParameterMap parameters, RequestPartitionId partition) {
        return hapi.executeQuery(type, parameters, partition);
    }

    private static ISearchBuilder limited(ISearchBuilder builder, SearchAttempt attempt, RequestPartitionId partition) {
        // One more than there may be tells whether there are more.
        builder.setMaxResultsToFetch(attempt.most() + 1);
        return (ISearchBuilder) Proxy.newProxyInstance(
                LimitedSearches.class.getClassLoader(), new Class<?>[] {ISearchBuilder.class}, (proxy, method, all) -> {
                    Object result = call(builder, method, all);
                    return method.getName().equals("createQuery")
                            ? new FirstPage((IResultIterator<?>) result, attempt, partition)
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

    /** What HAPI is to load. */
    private static final class FirstPage implements IResultIterator<JpaPid> {

        private final IResultIterator<?> results;
        private final Iterator<JpaPid> page;

        @SuppressWarnings("unchecked")
        FirstPage(IResultIterator<?> results, SearchAttempt attempt, RequestPartitionId partition) {
            this.results = results;
            this.page = attempt.take((Iterator<JpaPid>) results, partition).iterator();
        }

        @Override
        public boolean hasNext() {
            return page.hasNext();
        }

        @Override
        public JpaPid next() {
            return page.next();
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
            throw new UnsupportedOperationException("A first page is read one by one");
        }

        @Override
        public void close() throws IOException {
            results.close();
        }
    }
}
