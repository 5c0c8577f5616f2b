package health.salus.blob;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

import java.nio.file.Path;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BlobSettings.class)
@EnableScheduling
class BlobConfiguration {

    private static final Logger log = LoggerFactory.getLogger(BlobConfiguration.class);

    @Bean
    BlobStore blobStore(BlobSettings settings, @Value("${salus.data-dir}") Path dataDirectory) {
        BlobStore store = settings.bucket()
                .<BlobStore>map(it -> S3BlobStore.connect(it, dataDirectory.resolve("spool")))
                .orElseGet(() -> new FilesystemBlobStore(dataDirectory.resolve("blobs")));
        log.info("Blobs are kept in {}", store);
        return store;
    }
}
