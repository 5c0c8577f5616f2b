package health.salus.hl7v2;

import health.salus.tenant.TenantId;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a tenant's administrators see of the mappings: the rules, which all tenants share, and the concept maps of their own
 * feeds. Those of the tenant {@code default} run the server and see all.
 */
final class VisibleMappings {

    private static final String CONCEPT_MAPS = "conceptmaps/";
    private static final String SHARED = CONCEPT_MAPS + "default.csv";
    private static final String ELSEWHERE = "There is a mistake in a concept map of another tenant";

    private final Feeds feeds;
    private final TenantId tenant;

    VisibleMappings(Feeds feeds, TenantId tenant) {
        this.feeds = feeds;
        this.tenant = tenant;
    }

    /** Leaves out the files of others. */
    Map<String, String> files(Map<String, String> all) {
        Map<String, String> visible = new TreeMap<>(all);
        visible.keySet().removeIf(path -> !isVisible(path));
        return visible;
    }

    /** Returns what is wrong, without the words of others if it is in a file of theirs. */
    String mistake(String mistake) {
        return isVisible(mistake.split(":", 2)[0]) ? mistake : ELSEWHERE;
    }

    private boolean isVisible(String path) {
        return tenant.equals(TenantId.DEFAULT)
                || !path.startsWith(CONCEPT_MAPS)
                || path.equals(SHARED)
                || feeds.find(path.substring(CONCEPT_MAPS.length()).replaceFirst("\\.csv$", ""))
                        .filter(feed -> feed.tenant().equals(tenant))
                        .isPresent();
    }
}
