package health.salus.fhir;

import ca.uhn.fhir.rest.param.TokenParam;

import java.io.Serial;
import java.io.Serializable;
import java.util.List;

/**
 * A condition on the resources that a search finds, which search parameters cannot say. It stands among the values of
 * {@code _id} in a HAPI {@code SearchParameterMap}, and goes along when HAPI stores a search to continue it later.
 */
public final class SqlCondition extends TokenParam {

    /** Stands in the SQL for the column with the number of the resource. */
    public static final String RESOURCE = "{resource}";

    /** Stands in the SQL for the column with the partition of the resource. */
    public static final String PARTITION = "{partition}";

    @Serial
    private static final long serialVersionUID = 1;

    private final String sql;
    private final List<Serializable> values;

    /**
     * Makes a condition.
     *
     * @param sql    a condition of PostgreSQL, with {@link #RESOURCE} and {@link #PARTITION} for the resource in question and
     *     a question mark for each value; made by this server and never by a client
     * @param values the values, which may come from anywhere: texts and numbers
     */
    public SqlCondition(String sql, List<Serializable> values) {
        super(null, sql + values);
        this.sql = sql;
        this.values = List.copyOf(values);
    }

    String sql() {
        return sql;
    }

    List<Serializable> values() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SqlCondition condition && sql.equals(condition.sql) && values.equals(condition.values);
    }

    @Override
    public int hashCode() {
        return 31 * sql.hashCode() + values.hashCode();
    }
}
