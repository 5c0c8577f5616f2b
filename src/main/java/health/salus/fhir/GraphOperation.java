package health.salus.fhir;

import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import health.salus.graphql.GraphSource;
import health.salus.graphql.QueryPlan;
import health.salus.graphql.QueryRefusedException;
import health.salus.graphql.QueryRun;
import jakarta.servlet.http.HttpServletResponse;
import org.hl7.fhir.instance.model.api.IIdType;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code $graphql}: a query in GraphQL, about a resource or all that is stored.
 *
 * @see <a href="https://hl7.org/fhir/R4/graphql.html">FHIR R4, using GraphQL</a>
 */
@Component
class GraphOperation implements FhirOperations {

    /** The name of the operation. */
    static final String NAME = "$graphql";

    private static final int MOST_COUNTED = 10_000;
    private static final String QUERY = "query";
    private static final String IN_GRAPHQL = "application/graphql";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    private final GraphReader reader;

    GraphOperation(GraphReader reader) {
        this.reader = reader;
    }

    /** Answers a query about all that is stored; 400 if it is not understood or asks too much. */
    @Operation(name = NAME, manualRequest = true, manualResponse = true, idempotent = true)
    public void ofAll(ServletRequestDetails request) throws IOException {
        QueryPlan plan = plan(null, request);
        write(request, answer(plan, null, request));
    }

    /** Answers a query about a resource; 404 if there is none for the caller. */
    @Operation(name = NAME, global = true, manualRequest = true, manualResponse = true, idempotent = true)
    public void ofOne(@IdParam IIdType id, ServletRequestDetails request) throws IOException {
        // What is not understood is refused whatever there is.
        QueryPlan plan = plan(request.getResourceName(), request);
        ObjectNode about = reader.read(request.getResourceName(), id.getIdPart(), request)
                .map(GraphOperation::parse)
                .orElseThrow(() -> new ResourceNotFoundException(id));
        write(request, answer(plan, about, request));
    }

    private ObjectNode answer(QueryPlan plan, @Nullable ObjectNode about, ServletRequestDetails request) {
        try {
            return QueryRun.answer(plan, about, new Source(reader, request));
        } catch (QueryRefusedException e) {
            throw new InvalidRequestException(e.getMessage());
        }
    }

    private static QueryPlan plan(@Nullable String type, ServletRequestDetails request) {
        Asked asked = asked(request);
        try {
            return QueryPlan.of(asked.query(), asked.operation(), asked.variables(), type, request.getFhirContext());
        } catch (QueryRefusedException e) {
            throw new InvalidRequestException(e.getMessage());
        }
    }

    private static Asked asked(ServletRequestDetails request) {
        String[] ofUrl = request.getParameters().get(QUERY);
        byte[] body = request.loadRequestContents();
        String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
        if (ofUrl != null && ofUrl.length == 1 && text.isBlank()) {
            return new Asked(ofUrl[0], null, JSON.createObjectNode());
        }
        String type = Optional.ofNullable(request.getServletRequest().getContentType())
                .orElse("");
        if (ofUrl == null && type.startsWith(IN_GRAPHQL)) {
            return new Asked(text, null, JSON.createObjectNode());
        }
        if (ofUrl == null && type.startsWith(MediaType.APPLICATION_JSON_VALUE)) {
            return ofJson(text);
        }
        throw new InvalidRequestException("Send one query: by the parameter '" + QUERY + "', or as the body in "
                + IN_GRAPHQL + ", or in " + MediaType.APPLICATION_JSON_VALUE
                + " as {\"query\": …, \"operationName\": …, \"variables\": …}");
    }

    private static Asked ofJson(String text) {
        try {
            JsonNode body = JSON.readTree(text);
            JsonNode variables = body.path("variables");
            if (body.path(QUERY).isTextual()
                    && (variables.isMissingNode() || variables.isNull() || variables.isObject())) {
                return new Asked(
                        body.path(QUERY).asText(),
                        body.hasNonNull("operationName")
                                ? body.path("operationName").asText()
                                : null,
                        variables);
            }
        } catch (JsonProcessingException e) {
            // Said below, without quoting it.
        }
        throw new InvalidRequestException(
                "The body is an object with the text 'query', and perhaps 'operationName' and the object 'variables'");
    }

    private static ObjectNode parse(String resource) {
        try {
            return (ObjectNode) JSON.readTree(resource);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("HAPI has written JSON that cannot be read", e);
        }
    }

    private static void write(ServletRequestDetails request, ObjectNode answer) throws IOException {
        byte[] body = JSON.writeValueAsBytes(answer);
        HttpServletResponse response = request.getServletResponse();
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /**
     * A query as it came.
     *
     * @param operation which of several operations, or null if that is not said
     * @param variables an object, or nothing
     */
    private record Asked(String query, @Nullable String operation, JsonNode variables) {}

    /** The resources as the caller of a request may see them. */
    private record Source(GraphReader reader, ServletRequestDetails request) implements GraphSource {

        @Override
        public Optional<ObjectNode> read(String type, String id) {
            return reader.read(type, id, request).map(GraphOperation::parse);
        }

        @Override
        public Found search(String type, Map<String, String> parameters, int offset, int count) {
            List<JpaPid> found = reader.find(type, new GraphCriteria.Asked(parameters, true), offset + count, request);
            List<JpaPid> page = found.stream().skip(offset).limit(count).toList();
            return new Found(
                    reader.load(type, page, request).stream()
                            .map(GraphOperation::parse)
                            .toList(),
                    found.size() > offset + count);
        }

        @Override
        public Optional<Integer> count(String type, Map<String, String> parameters) {
            int found = reader.find(type, new GraphCriteria.Asked(parameters, false), MOST_COUNTED, request)
                    .size();
            return found > MOST_COUNTED ? Optional.empty() : Optional.of(found);
        }
    }
}
