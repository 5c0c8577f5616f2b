/** What every HTTP request meets before a feature does: the request id, the access log, the check of its address, and the front page. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package health.salus.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
