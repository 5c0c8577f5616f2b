package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.BaseResourceIndexedSearchParam;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamToken;
import ca.uhn.fhir.rest.param.TokenParam;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Conditions over the table in which HAPI indexes codes and identifiers. */
final class TokenIndex {

    private static final PartitionSettings HASHES_WITHOUT_PARTITION = new PartitionSettings();
    private static final RequestPartitionId NONE = RequestPartitionId.allPartitions();
    private static final String HOLDS =
            "EXISTS (SELECT 1 FROM hfj_spidx_token token WHERE token.partition_id = {partition}"
                    + " AND token.res_id = {resource} AND (%s))";

    private TokenIndex() {}

    /** Returns the condition that a resource has one of these under the name of the parameter. */
    static SqlCondition holdsOneOf(String type, String parameter, List<TokenParam> tokens) {
        List<Serializable> values = new ArrayList<>();
        String any = tokens.stream()
                .map(token -> {
                    values.add(hash(type, parameter, token));
                    return column(token) + " = ?";
                })
                .collect(Collectors.joining(" OR "));
        return new SqlCondition(HOLDS.formatted(any), values);
    }

    /** Returns the condition that a resource has a MIME type below one of these: https://hl7.org/fhir/R4/search.html#mimetype. */
    static SqlCondition hasMimeType(String type, String parameter, List<String> mimeTypes) {
        List<Serializable> values = new ArrayList<>();
        values.add(identity(type, parameter));
        String any = mimeTypes.stream()
                .map(it -> {
                    values.add(it);
                    values.add(it.replaceAll("[\\\\%_]", "\\\\$0") + (it.contains("/") ? ";%" : "/%"));
                    return "token.sp_value = ? OR token.sp_value LIKE ?";
                })
                .collect(Collectors.joining(" OR "));
        return new SqlCondition(HOLDS.formatted("token.hash_identity = ? AND (" + any + ")"), values);
    }

    /** Returns what all rows of a parameter have in {@code hash_identity}. */
    static long identity(String type, String parameter) {
        return BaseResourceIndexedSearchParam.calculateHashIdentity(HASHES_WITHOUT_PARTITION, NONE, type, parameter);
    }

    /** Returns what the rows of a parameter with this value have in {@code hash_value}. */
    static long hash(String type, String parameter, String value) {
        return hash(type, parameter, new TokenParam(value));
    }

    private static String column(TokenParam token) {
        if (token.getSystem() == null) {
            return "token.hash_value";
        }
        return token.getValue() == null || token.getValue().isEmpty() ? "token.hash_sys" : "token.hash_sys_and_value";
    }

    private static long hash(String type, String parameter, TokenParam token) {
        return switch (column(token)) {
            case "token.hash_value" ->
                ResourceIndexedSearchParamToken.calculateHashValue(
                        HASHES_WITHOUT_PARTITION, NONE, type, parameter, token.getValue());
            case "token.hash_sys" ->
                ResourceIndexedSearchParamToken.calculateHashSystem(
                        HASHES_WITHOUT_PARTITION, NONE, type, parameter, token.getSystem());
            default ->
                ResourceIndexedSearchParamToken.calculateHashSystemAndValue(
                        HASHES_WITHOUT_PARTITION, NONE, type, parameter, token.getSystem(), token.getValue());
        };
    }
}
