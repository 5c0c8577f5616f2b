package health.salus.fhir;

import ca.uhn.fhir.jpa.dao.predicate.SearchFilterParser.CompareOperation;
import ca.uhn.fhir.rest.param.QuantityParam;
import ca.uhn.fhir.rest.param.TokenParam;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.healthmarketscience.sqlbuilder.CustomCondition;
import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * SQL conditions on a member of {@code pair_e.element}, a JSON object of PostgreSQL, by the rules of
 * https://hl7.org/fhir/R4/search.html#token and #quantity.
 */
final class ElementSql {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<String> BOOLEANS = Set.of("true", "false");
    private static final String CONTAINS = "pair_e.element @> CAST(? AS jsonb)";

    private ElementSql() {}

    /**
     * Says that a CodeableConcept, Coding, code or boolean has a code.
     *
     * @param values takes the values for the question marks
     */
    static String token(String member, TokenParam token, List<Serializable> values) {
        ObjectNode coding = JSON.objectNode();
        if (token.getSystem() != null && !token.getSystem().isEmpty()) {
            coding.put("system", token.getSystem());
        }
        if (token.getValue() != null && !token.getValue().isEmpty()) {
            coding.put("code", token.getValue());
        }
        ObjectNode concept = JSON.objectNode();
        concept.putArray("coding").add(coding);
        List<ObjectNode> forms = new ArrayList<>(List.of(
                JSON.objectNode().set(member, concept), JSON.objectNode().set(member, coding)));
        if (coding.size() == 1 && coding.has("code")) {
            forms.add(JSON.objectNode().put(member, token.getValue()));
            if (BOOLEANS.contains(token.getValue())) {
                forms.add(JSON.objectNode().put(member, Boolean.parseBoolean(token.getValue())));
            }
        }
        forms.forEach(form -> values.add(form.toString()));
        return forms.stream().map(form -> CONTAINS).collect(Collectors.joining(" OR ", "(", ")"));
    }

    /**
     * Says that a Quantity compares as asked, in its own unit or in one that UCUM converts.
     *
     * @param values takes the values for the question marks
     */
    static String quantity(String member, QuantityParam quantity, List<Serializable> values) {
        String number = "(pair_e.element->'" + member + "'->>'value')::numeric";
        return ComparableUnits.of(quantity.getSystem(), quantity.getUnits()).stream()
                .map(unit -> "(" + unit(member, quantity.getSystem(), unit.code(), values) + " AND "
                        + compare(number, quantity, unit.factor(), values) + ")")
                .collect(Collectors.joining(" OR ", "(", ")"));
    }

    private static String unit(String member, @Nullable String system, String code, List<Serializable> values) {
        if (code.isEmpty()) {
            return "TRUE";
        }
        ObjectNode byCode = JSON.objectNode().put("code", code);
        if (system != null && !system.isEmpty()) {
            values.add(
                    JSON.objectNode().set(member, byCode.put("system", system)).toString());
            return CONTAINS;
        }
        values.add(JSON.objectNode().set(member, byCode).toString());
        values.add(JSON.objectNode()
                .set(member, JSON.objectNode().put("unit", code))
                .toString());
        return "(" + CONTAINS + " OR " + CONTAINS + ")";
    }

    private static String compare(String number, QuantityParam quantity, BigDecimal factor, List<Serializable> values) {
        return NumberComparison.compare(
                        quantity.getPrefix(),
                        null,
                        quantity.getValue(),
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
}
