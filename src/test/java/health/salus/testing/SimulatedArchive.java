package health.salus.testing;

import health.salus.blob.ArchiveSimulator;
import health.salus.blob.BlobStore;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/** Gives the store of the servers in tests an archive; objects lie in it only if a test puts them there. */
@Component
class SimulatedArchive implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof BlobStore store ? new ArchiveSimulator(store) : bean;
    }
}
