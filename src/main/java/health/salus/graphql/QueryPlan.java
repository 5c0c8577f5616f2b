package health.salus.graphql;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A query that is understood before anything is read for it: each field exists, and there is an end to them.
 *
 * @see <a href="https://hl7.org/fhir/R4/graphql.html">FHIR R4, using GraphQL</a>
 */
public final class QueryPlan {

    private final List<FieldPlan> fields;

    private QueryPlan(List<FieldPlan> fields) {
        this.fields = fields;
    }

    /**
     * Understands a query.
     *
     * @param text      in GraphQL
     * @param operation which of several operations, or null if there is one
     * @param variables what its variables are given, an object
     * @param type      of the resource that it is about, or null if it is about all that is stored
     * @throws QueryRefusedException if it is not GraphQL, asks for what there is not, or for too much
     */
    public static QueryPlan of(
            String text, @Nullable String operation, JsonNode variables, @Nullable String type, FhirContext context) {
        QueryDocument document = QueryDocument.parse(text, operation);
        QueryPlanner planner = new QueryPlanner(
                new ElementShapes(context), document.fragments(), QueryValues.of(document.operation(), variables));
        Shape shape = type == null ? new Shape.Store() : new Shape.OfType(type);
        return new QueryPlan(planner.plan(document.operation().getSelectionSet(), shape));
    }

    List<FieldPlan> fields() {
        return fields;
    }
}
