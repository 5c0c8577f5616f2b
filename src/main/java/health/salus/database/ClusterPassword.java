package health.salus.database;

import health.salus.secret.PrivateFile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;

/** The password of the embedded cluster, made once and kept in a file that only its owner may read. */
record ClusterPassword(String value) {

    private static final String ACCESS_RULES = "pg_hba.conf";
    private static final String FIRST_LINE = "# Written by Salus: nobody enters without the password in data/keys.";
    private static final String PASSWORD_ONLY = FIRST_LINE + """

            local all all              scram-sha-256
            host  all all 127.0.0.1/32 scram-sha-256
            host  all all ::1/128      scram-sha-256
            """;

    static ClusterPassword loadOrCreate(Path file) {
        return new ClusterPassword(new PrivateFile(file).readOrCreate(ClusterPassword::random));
    }

    /** Whether the access rules in a cluster are those of Salus, even if somebody has added to them since. */
    static boolean guards(Path cluster) throws IOException {
        Path rules = cluster.resolve(ACCESS_RULES);
        return Files.exists(rules) && Files.readString(rules).contains(FIRST_LINE);
    }

    private static String random() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /**
     * Sets this password and closes every other way in. A new cluster trusts each local account until then; the rules
     * change last, so that a crash in between leaves a cluster that this method can still open.
     */
    void require(EmbeddedPostgres server, Path cluster) throws IOException, SQLException {
        Path rules = cluster.resolve(ACCESS_RULES);
        if (Files.readString(rules).equals(PASSWORD_ONLY)) {
            return;
        }
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER USER " + EmbeddedDatabase.USER + " PASSWORD '" + value + "'");
            new PrivateFile(rules).write(PASSWORD_ONLY);
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    @Override
    public String toString() {
        return "ClusterPassword[hidden]";
    }
}
