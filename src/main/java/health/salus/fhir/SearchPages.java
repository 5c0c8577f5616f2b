package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.partition.IRequestPartitionHelperSvc;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.api.server.RequestDetails;

import java.util.Optional;

/** The later pages of searches: of those that Salus keeps, and of those that HAPI stores. */
class SearchPages extends DatabaseBackedPagingProvider {

    private final SearchResults results;
    private final MatchLoading loading;
    private final IRequestPartitionHelperSvc partitions;

    SearchPages(SearchResults results, MatchLoading loading, IRequestPartitionHelperSvc partitions) {
        this.results = results;
        this.loading = loading;
        this.partitions = partitions;
    }

    /** Returns a result by its name, nothing if there is none; who may page through it has been decided before. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public IBundleProvider retrieveResultList(RequestDetails request, String id) {
        Optional<SearchResults.Found> found = results.find(id);
        if (found.isEmpty()) {
            return super.retrieveResultList(request, id);
        }
        RequestPartitionId partition = partitions.determineReadPartitionForRequestForSearchType(
                request, found.get().type());
        return partition.hasPartitionId(found.get().partition())
                ? new KeptSearch(id, found.get(), request, partition, loading)
                : super.retrieveResultList(request, id);
    }
}
