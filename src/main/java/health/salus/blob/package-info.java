/** Object bytes: {@link health.salus.blob.BlobStore} (filesystem, S3), the blob and reference tables. */
@NullMarked
@ApplicationModule(allowedDependencies = {"tenant", "scan", "secret"})
package health.salus.blob;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
