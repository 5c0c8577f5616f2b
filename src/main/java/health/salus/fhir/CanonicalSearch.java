package health.salus.fhir;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamToken;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamUri;
import health.salus.tenant.SharedTypes;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Searches by canonical URLs and their versions, https://hl7.org/fhir/R4/search.html#versions. */
final class CanonicalSearch {

    private static final PartitionSettings HASHES_WITHOUT_PARTITION = new PartitionSettings();
    private static final RequestPartitionId NONE = RequestPartitionId.allPartitions();
    private static final Set<String> OTHER_TYPES =
            Set.of("ActivityDefinition", "EventDefinition", "Measure", "PlanDefinition", "ResearchDefinition");
    private static final String VERSION = " AND EXISTS (SELECT 1 FROM hfj_spidx_token version"
            + " WHERE version.partition_id = uri.partition_id AND version.res_id = uri.res_id"
            + " AND version.hash_value = ?)";
    private static final String HAS_URL = "EXISTS (SELECT 1 FROM hfj_spidx_uri uri WHERE uri.res_id = {resource}"
            + " AND uri.partition_id = {partition} AND (%s))";
    private static final String NAMES = "EXISTS (SELECT 1 FROM hfj_res_link link WHERE link.partition_id = {partition}"
            + " AND link.src_resource_id = {resource} AND link.src_path = ANY (string_to_array(?, chr(10))) AND (%s))";

    private CanonicalSearch() {}

    /** Tells whether a parameter leads to resources that are named by their canonical URL. */
    static boolean isNamedBy(RuntimeSearchParam parameter) {
        return parameter.getTargets().stream()
                .anyMatch(type -> SharedTypes.contains(type) || OTHER_TYPES.contains(type));
    }

    /** Returns the condition that a resource has one of these URLs of its own, some of them with a bar and a version. */
    static SqlCondition hasUrl(String type, String parameter, List<String> urls) {
        List<Serializable> values = new ArrayList<>();
        String any = urls.stream()
                .map(url -> {
                    String[] parts = url.split("\\|", 2);
                    values.add(ResourceIndexedSearchParamUri.calculateHashUri(
                            HASHES_WITHOUT_PARTITION, NONE, type, parameter, parts[0]));
                    if (parts.length == 1) {
                        return "uri.hash_uri = ?";
                    }
                    values.add(ResourceIndexedSearchParamToken.calculateHashValue(
                            HASHES_WITHOUT_PARTITION, NONE, type, "version", parts[1]));
                    return "uri.hash_uri = ?" + VERSION;
                })
                .collect(Collectors.joining(" OR "));
        return new SqlCondition(HAS_URL.formatted(any), values);
    }

    /** Returns the condition that a resource names one of these URLs, in any version or in those that begin like the given one. */
    static SqlCondition namesBelow(RuntimeSearchParam parameter, List<String> urls) {
        List<Serializable> values = new ArrayList<>();
        values.add(String.join("\n", parameter.getPathsSplit()));
        String any = urls.stream()
                .map(url -> {
                    values.add(url);
                    values.add(url.replaceAll("[\\\\%_]", "\\\\$0") + (url.contains("|") ? ".%" : "|%"));
                    return "link.target_resource_url = ? OR link.target_resource_url LIKE ?";
                })
                .collect(Collectors.joining(" OR "));
        return new SqlCondition(NAMES.formatted(any), values);
    }
}
