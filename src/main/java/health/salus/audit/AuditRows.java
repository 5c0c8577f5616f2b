package health.salus.audit;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The table of the trail, over one connection.
 *
 * <p>Plain JDBC and one statement for many rows: every answer of the server waits for this insert.
 *
 * @param connection commits by itself after each statement
 */
record AuditRows(Connection connection) {

    private static final int FETCH_SIZE = 500;
    private static final String COLUMNS =
            "seq, tenant_id, recorded_at, outcome, array_to_string(terms, E'\\n') AS terms, content, hash, seal, key_id";

    // An array of arrays cannot be unpacked into rows, so the words of a row travel as one text.
    private static final String INSERT = """
            INSERT INTO salus_audit_event (seq, tenant_id, recorded_at, outcome, terms, content, hash, seal, key_id)
            SELECT seq, tenant, recorded::timestamptz, outcome, string_to_array(terms, E'\\n'), content, hash, seal, key_id
            FROM unnest(?::bigint[], ?::text[], ?::text[], ?::int4[], ?::text[], ?::text[], ?::bytea[],
                        ?::bytea[], ?::text[])
                 AS row (seq, tenant, recorded, outcome, terms, content, hash, seal, key_id)
            """;

    /** Adds rows, all or none; fails with a unique violation if another server has taken one of the numbers. */
    void add(List<ChainedRow> rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            setArray(insert, 1, "bigint", rows, Long[]::new, it -> it.link().seq());
            setArray(insert, 2, "text", rows, String[]::new, it -> it.row().tenant());
            setArray(
                    insert,
                    3,
                    "text",
                    rows,
                    String[]::new,
                    it -> it.row().recorded().toString());
            setArray(insert, 4, "int4", rows, Integer[]::new, it -> it.row().outcome());
            setArray(insert, 5, "text", rows, String[]::new, it -> it.row().terms());
            setArray(insert, 6, "text", rows, String[]::new, it -> it.row().content());
            setArray(insert, 7, "bytea", rows, byte[][]::new, it -> it.link().hash());
            setArray(insert, 8, "bytea", rows, byte[][]::new, ChainedRow::seal);
            setArray(insert, 9, "text", rows, String[]::new, ChainedRow::keyId);
            insert.executeUpdate();
        }
    }

    /** Returns the last link of the chain. */
    ChainLink last() throws SQLException {
        return link("SELECT seq, hash FROM salus_audit_event ORDER BY seq DESC LIMIT 1")
                .orElse(ChainLink.START);
    }

    /** Returns the link with this number, or nothing if there is none. */
    Optional<ChainLink> at(long seq) throws SQLException {
        return link("SELECT seq, hash FROM salus_audit_event WHERE seq = " + seq);
    }

    /** Hands over all rows behind this number in their order, without holding them all in memory. */
    void forEachBehind(long seq, Consumer<ChainedRow> reader) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM salus_audit_event WHERE seq > ? ORDER BY seq")) {
            select.setLong(1, seq);
            select.setFetchSize(FETCH_SIZE);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    reader.accept(read(rows));
                }
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static ChainedRow read(ResultSet row) throws SQLException {
        return new ChainedRow(
                new ChainLink(row.getLong("seq"), row.getBytes("hash")),
                new AuditRow(
                        row.getString("tenant_id"),
                        row.getObject("recorded_at", OffsetDateTime.class)
                                .withOffsetSameInstant(ZoneOffset.UTC)
                                .toInstant(),
                        row.getInt("outcome"),
                        row.getString("terms"),
                        row.getString("content")),
                row.getBytes("seal"),
                row.getString("key_id"));
    }

    private Optional<ChainLink> link(String query) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(query);
                ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(new ChainLink(row.getLong("seq"), row.getBytes("hash"))) : Optional.empty();
        }
    }

    private <T> void setArray(
            PreparedStatement statement,
            int index,
            String type,
            List<ChainedRow> rows,
            IntFunction<T[]> array,
            Function<ChainedRow, @Nullable T> value)
            throws SQLException {
        statement.setArray(
                index, connection.createArrayOf(type, rows.stream().map(value).toArray(array)));
    }
}
