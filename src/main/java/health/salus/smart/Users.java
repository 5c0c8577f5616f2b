package health.salus.smart;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The people who can sign in here, kept in {@code salus_user}. */
@Component
@ConditionalOnEmbeddedIssuer
class Users implements UserDetailsService {

    private static final String LOCKED = "locked_until IS NOT NULL AND locked_until > now()";

    private static final String SELECT =
            "SELECT username, role, tenant_id, fhir_user, patient_id, disabled_at, federated_subject FROM salus_user";

    private final JdbcClient database;

    Users(JdbcClient database) {
        this.database = database;
    }

    /** Finds a person; one who is disabled is as good as none. */
    Optional<SmartUser> find(String username) {
        return listed(username).filter(it -> !it.disabled()).map(ListedUser::user);
    }

    /** Finds a person as administrators see them. */
    Optional<ListedUser> listed(String username) {
        return database.sql(SELECT + " WHERE username = :username")
                .param("username", username)
                .query((row, number) -> listed(row))
                .optional();
    }

    /** Returns the people of a tenant as administrators see them. */
    List<ListedUser> of(TenantId tenant) {
        return database.sql(SELECT + " WHERE tenant_id = :tenant ORDER BY username")
                .param("tenant", tenant.value())
                .query((row, number) -> listed(row))
                .list();
    }

    /** Adds a person; returns false if the name is taken. */
    boolean create(SmartUser user, String passwordHash) {
        return insert(user, passwordHash, false, "ON CONFLICT (username) DO NOTHING") == 1;
    }

    void setEnabled(String username, boolean enabled) {
        database.sql("UPDATE salus_user SET disabled_at ="
                        + " CASE WHEN :enabled THEN NULL ELSE coalesce(disabled_at, now()) END"
                        + " WHERE username = :username")
                .param("enabled", enabled)
                .param("username", username)
                .update();
    }

    /** Gives a person another password and forgets their failed logins. */
    void replacePassword(String username, String hash) {
        database.sql("UPDATE salus_user SET password_hash = :hash, failed_logins = 0, locked_until = NULL"
                        + " WHERE username = :username")
                .param("hash", hash)
                .param("username", username)
                .update();
    }

    /** Ends all that a person is signed in to, wherever they are. */
    void signOut(String username) {
        database.sql("UPDATE salus_user SET signed_out_at = :now WHERE username = :username")
                .param("now", Timestamp.from(Instant.now()))
                .param("username", username)
                .update();
    }

    /** Tells whether somebody who signed in at a time has been signed out since, or is no user any more. */
    boolean isSignedOutSince(String username, Instant since) {
        return !database.sql("SELECT EXISTS (SELECT FROM salus_user WHERE username = :username"
                        + " AND (signed_out_at IS NULL OR signed_out_at < :since))")
                .param("username", username)
                .param("since", Timestamp.from(since))
                .query(Boolean.class)
                .single();
    }

    /** Adds a person, or gives one that exists these properties and this password. */
    void save(SmartUser user, String passwordHash, boolean demo) {
        insert(user, passwordHash, demo, """
                ON CONFLICT (username) DO UPDATE SET password_hash = excluded.password_hash,
                    role = excluded.role, tenant_id = excluded.tenant_id, fhir_user = excluded.fhir_user,
                    patient_id = excluded.patient_id, demo = excluded.demo
                """);
    }

    private int insert(SmartUser user, String passwordHash, boolean demo, String ifTaken) {
        return database.sql("""
                        INSERT INTO salus_user (username, password_hash, role, tenant_id, fhir_user, patient_id, demo)
                        VALUES (:username, :hash, :role, :tenant, :fhirUser, :patient, :demo)
                        """ + ifTaken)
                .param("username", user.username())
                .param("hash", passwordHash)
                .param("role", user.role().code())
                .param("tenant", user.tenant().value())
                .param("fhirUser", user.fhirUser())
                .param("patient", user.patient())
                .param("demo", demo)
                .update();
    }

    void removeDemo() {
        database.sql("DELETE FROM salus_user WHERE demo").update();
    }

    /** Returns what Spring's login needs to compare passwords; nothing else is kept in the session. */
    @Override
    public UserDetails loadUserByUsername(String username) {
        return database.sql("SELECT password_hash, role, disabled_at IS NOT NULL AS disabled, " + LOCKED
                        + " AS locked FROM salus_user WHERE username = :username AND password_hash IS NOT NULL")
                .param("username", username)
                .query((row, number) -> User.withUsername(username)
                        .password(row.getString("password_hash"))
                        .roles(row.getString("role"))
                        .accountLocked(row.getBoolean("locked"))
                        .disabled(row.getBoolean("disabled"))
                        .build())
                .optional()
                .orElseThrow(() -> new UsernameNotFoundException("No such user"));
    }

    private static ListedUser listed(ResultSet row) throws SQLException {
        return new ListedUser(user(row), row.getTimestamp("disabled_at") != null, row.getString("federated_subject"));
    }

    private static SmartUser user(ResultSet row) throws SQLException {
        return new SmartUser(
                row.getString("username"),
                Role.ofCode(row.getString("role")).orElseThrow(),
                new TenantId(row.getString("tenant_id")),
                row.getString("fhir_user"),
                row.getString("patient_id"));
    }

    /** A person, whether they are disabled, and what the provider at which they sign in calls them, if they do. */
    record ListedUser(
            SmartUser user, boolean disabled, @Nullable String subject) {}
}
