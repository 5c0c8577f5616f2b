package health.salus.fhir;

import ca.uhn.fhir.jpa.dao.predicate.SearchFilterParser.CompareOperation;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.NumberParam;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import ca.uhn.fhir.rest.param.QuantityParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.UriParam;
import ca.uhn.fhir.util.StringUtil;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.healthmarketscience.sqlbuilder.CustomCondition;
import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * SQL conditions on {@code pair_c.value}, the JSON of an element, by the rules of https://hl7.org/fhir/R4/search.html#ptypes.
 */
final class ElementSql {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<String> BOOLEANS = Set.of("true", "false");
    private static final String CONTAINS = "pair_c.value @> CAST(? AS jsonb)";
    private static final String TEXT = "pair_c.value #>> '{}'";
    private static final Map<RestSearchParameterTypeEnum, Set<String>> COMPARED = Map.of(
            RestSearchParameterTypeEnum.TOKEN,
            Set.of("CodeableConcept", "Coding", "Identifier", "ContactPoint", "code", "boolean", "string", "id", "uri"),
            RestSearchParameterTypeEnum.QUANTITY,
            Set.of("Quantity", "SimpleQuantity", "Age", "Count", "Distance", "Duration"),
            RestSearchParameterTypeEnum.NUMBER,
            Set.of("decimal", "integer", "positiveInt", "unsignedInt"),
            RestSearchParameterTypeEnum.DATE,
            Set.of("date", "dateTime", "instant", "Period"),
            RestSearchParameterTypeEnum.STRING,
            Set.of("string", "markdown", "HumanName", "Address"),
            RestSearchParameterTypeEnum.REFERENCE,
            Set.of("Reference", "canonical"),
            RestSearchParameterTypeEnum.URI,
            Set.of("uri", "url", "canonical", "oid", "uuid"));

    // A text, or the parts of a name or an address.
    private static final List<String> TEXTS = Stream.concat(
                    Stream.of("$ ? (@.type() == \"string\")"),
                    Stream.of(
                                    "text",
                                    "family",
                                    "given",
                                    "prefix",
                                    "suffix",
                                    "line",
                                    "city",
                                    "district",
                                    "state",
                                    "postalCode",
                                    "country")
                            .map(part -> "$." + part + "[*]"))
            .toList();
    private static final String WORD = """
            EXISTS (SELECT 1 FROM jsonb_path_query(pair_c.value, CAST(? AS jsonpath)) pair_w(word)
             WHERE upper(regexp_replace(normalize(pair_w.word #>> '{}', NFD), ?, '', 'g')) LIKE ?)""";
    private static final String ACCENTS = "[\u0300-\u036F]";

    private ElementSql() {}

    /** Tells whether values of a search parameter can be compared with elements of a type. */
    static boolean compares(RestSearchParameterTypeEnum parameter, String element) {
        return COMPARED.getOrDefault(parameter, Set.of()).contains(element);
    }

    /**
     * Says that the element is as asked.
     *
     * @param values takes the values for the question marks
     */
    static String condition(IQueryParameterType asked, List<Serializable> values) {
        if (asked instanceof TokenParam token) {
            return token(token, values);
        } else if (asked instanceof QuantityParam quantity) {
            return quantity(quantity, values);
        } else if (asked instanceof NumberParam number) {
            return compare("pair_c.value", number.getPrefix(), number.getValue(), BigDecimal.ONE, values);
        } else if (asked instanceof DateParam date) {
            return ElementDates.condition(date);
        } else if (asked instanceof ReferenceParam reference) {
            return reference(reference, values);
        } else if (asked instanceof UriParam uri) {
            values.add(uri.getValue());
            return TEXT + " = ?";
        } else if (asked instanceof StringParam text) {
            return text(text, values);
        }
        throw new IllegalStateException("No component of a composite parameter: " + asked.getClass());
    }

    private static String token(TokenParam token, List<Serializable> values) {
        String system = token.getSystem();
        ObjectNode coding = JSON.objectNode();
        ObjectNode identifier = JSON.objectNode();
        if (system != null && !system.isEmpty()) {
            coding.put("system", system);
            identifier.put("system", system);
        }
        if (token.getValue() != null && !token.getValue().isEmpty()) {
            coding.put("code", token.getValue());
            identifier.put("value", token.getValue());
        }
        ObjectNode concept = JSON.objectNode();
        concept.putArray("coding").add(coding);
        List<String> forms = new ArrayList<>(List.of(concept.toString(), coding.toString(), identifier.toString()));
        if (coding.size() == 1 && coding.has("code")) {
            forms.add(JSON.textNode(token.getValue()).toString());
            if (BOOLEANS.contains(token.getValue())) {
                forms.add(token.getValue());
            }
        }
        values.addAll(forms);
        return forms.stream().map(form -> CONTAINS).collect(Collectors.joining(" OR ", "(", ")"));
    }

    // In its own unit or in one that UCUM converts.
    private static String quantity(QuantityParam quantity, List<Serializable> values) {
        return ComparableUnits.of(quantity.getSystem(), quantity.getUnits()).stream()
                .map(unit -> "(" + unit(quantity.getSystem(), unit.code(), values) + " AND "
                        + (quantity.getValue() == null
                                ? "TRUE"
                                : compare(
                                        "pair_c.value->'value'",
                                        quantity.getPrefix(),
                                        quantity.getValue(),
                                        unit.factor(),
                                        values))
                        + ")")
                .collect(Collectors.joining(" OR ", "(", ")"));
    }

    private static String unit(@Nullable String system, String code, List<Serializable> values) {
        if (code.isEmpty()) {
            return "TRUE";
        }
        ObjectNode byCode = JSON.objectNode().put("code", code);
        if (system != null && !system.isEmpty()) {
            values.add(byCode.put("system", system).toString());
            return CONTAINS;
        }
        values.add(byCode.toString());
        values.add(JSON.objectNode().put("unit", code).toString());
        return "(" + CONTAINS + " OR " + CONTAINS + ")";
    }

    // PostgreSQL may look at the number before it knows that it is one.
    private static String compare(
            String json,
            @Nullable ParamPrefixEnum prefix,
            BigDecimal value,
            BigDecimal factor,
            List<Serializable> values) {
        String number = "CASE jsonb_typeof(" + json + ") WHEN 'number' THEN CAST(" + json + " AS numeric) END";
        return NumberComparison.compare(
                        prefix,
                        null,
                        value,
                        (operation, bound) -> new CustomCondition(condition(number, operation, bound, factor, values)))
                .toString();
    }

    private static String condition(
            String number, CompareOperation operation, BigDecimal bound, BigDecimal factor, List<Serializable> values) {
        return switch (operation) {
            case gt -> bound(number + " > ", bound, factor, values);
            case ge -> bound(number + " >= ", bound, factor, values);
            case lt -> bound(number + " < ", bound, factor, values);
            case le -> bound(number + " <= ", bound, factor, values);
            case ap -> {
                BigDecimal tenth = bound.abs().movePointLeft(1);
                yield "(" + bound(number + " >= ", bound.subtract(tenth), factor, values) + " AND "
                        + bound(number + " <= ", bound.add(tenth), factor, values) + ")";
            }
            default -> throw new IllegalStateException("No comparison of numbers: " + operation);
        };
    }

    private static String bound(String comparison, BigDecimal bound, BigDecimal factor, List<Serializable> values) {
        values.add(bound.multiply(factor).toPlainString());
        return comparison + "CAST(? AS numeric)";
    }

    // An id alone is one of any type, and what is stored may name a version.
    private static String reference(ReferenceParam reference, List<Serializable> values) {
        String named = reference.getBaseUrl() != null || !reference.hasResourceType()
                ? reference.getValue()
                : reference.getResourceType() + "/" + reference.getIdPart();
        values.add((named.contains(":") ? "^" : "(^|/)") + quoted(named) + "(/_history/[^/]+|\\|.*)?$");
        return "COALESCE(pair_c.value->>'reference', " + TEXT + ") ~ ?";
    }

    private static String quoted(String text) {
        return text.replaceAll("[^A-Za-z0-9/_-]", "\\\\$0");
    }

    // As HAPI indexes texts: in capitals and without accents, and found by their beginnings.
    private static String text(StringParam text, List<Serializable> values) {
        String beginning = StringUtil.normalizeStringForSearchIndexing(text.getValue());
        return TEXTS.stream()
                .map(path -> {
                    values.addAll(List.of(path, ACCENTS, beginning.replaceAll("[\\\\%_]", "\\\\$0") + "%"));
                    return WORD;
                })
                .collect(Collectors.joining(" OR ", "(", ")"));
    }
}
