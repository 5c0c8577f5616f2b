package health.salus.fhir;

import ca.uhn.fhir.jpa.cache.IResourceTypeCacheSvc;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Makes the row of the type that HAPI gives to links by URL before anybody writes one. HAPI makes it with the first such
 * link, and of two first ones at the same time one fails.
 */
@Component
class LinkedTypes implements SmartInitializingSingleton {

    private static final String OF_URLS = "(unknown)";

    private final IResourceTypeCacheSvc types;

    LinkedTypes(IResourceTypeCacheSvc types) {
        this.types = types;
    }

    @Override
    public void afterSingletonsInstantiated() {
        types.getResourceTypeId(OF_URLS);
    }
}
