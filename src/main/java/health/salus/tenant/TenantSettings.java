package health.salus.tenant;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.List;

/**
 * Which tenants there are beside the default one.
 *
 * @param ids tenant ids; each is created at start if it is new, and none is ever removed by leaving it out
 */
@ConfigurationProperties("salus.tenant")
record TenantSettings(@DefaultValue List<String> ids) {}
