package health.salus.explain;

import health.salus.fhir.SearchStatements.Statement;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.StringType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;

/** Asks PostgreSQL how it carries out statements. */
@Component
class QueryPlans {

    private static final String EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS) ";
    private static final int LONGEST_SECONDS = 30;

    private final JdbcTemplate database;
    private final TransactionTemplate reading;

    QueryPlans(JdbcTemplate database, PlatformTransactionManager transactions) {
        this.database = database;
        this.reading = new TransactionTemplate(transactions);
        reading.setReadOnly(true);
        reading.setTimeout(LONGEST_SECONDS);
        reading.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /**
     * Carries statements out once more and says what was seen.
     *
     * @param taken by the whole search
     * @return {@code milliseconds}, and for each statement a {@code statement} of {@code sql}, {@code plan} (text of PostgreSQL,
     *     with times and rows) and any number of {@code hint}
     */
    Parameters explain(List<Statement> statements, Duration taken) {
        Parameters explanation = new Parameters();
        explanation.addParameter(
                "milliseconds",
                new DecimalType(BigDecimal.valueOf(taken.toNanos())
                        .divide(BigDecimal.valueOf(1_000_000), 1, RoundingMode.HALF_UP)));
        for (Statement statement : statements) {
            List<String> plan = plan(statement);
            ParametersParameterComponent part = explanation.addParameter().setName("statement");
            part.addPart().setName("sql").setValue(new StringType(statement.sql()));
            part.addPart().setName("plan").setValue(new StringType(String.join("\n", plan)));
            RowsReadInVain.in(plan)
                    .forEach(hint -> part.addPart().setName("hint").setValue(new StringType(hint)));
        }
        return explanation;
    }

    private List<String> plan(Statement statement) {
        return reading.execute(transaction -> database.queryForList(
                EXPLAIN + statement.sql(), String.class, statement.values().toArray()));
    }
}
