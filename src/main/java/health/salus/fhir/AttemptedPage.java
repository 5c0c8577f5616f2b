package health.salus.fhir;

import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.server.SimpleBundleProvider;
import ca.uhn.fhir.rest.server.method.ResponsePage.ResponsePageBuilder;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** The first page of a search, with all that goes along with its matches. */
final class AttemptedPage extends SimpleBundleProvider {

    /**
     * @param page    what is shown
     * @param matches how many there are on all pages
     * @param id      under which the others are found, or null if there are none
     */
    AttemptedPage(IBundleProvider page, int matches, @Nullable String id) {
        super(page.getAllResources(), id);
        setSize(matches);
    }

    // HAPI would count what goes along among the matches.
    @Override
    public boolean containsAllResources() {
        return false;
    }

    @Override
    public List<IBaseResource> getResources(int from, int to, ResponsePageBuilder page) {
        return getResourceListComplete();
    }
}
