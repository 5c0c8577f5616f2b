package health.salus.smart;

import health.salus.tenant.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The people who can sign in here, kept in {@code salus_user}. */
@Component
@ConditionalOnEmbeddedIssuer
class Users implements UserDetailsService {

    private static final String LOCKED = "locked_until IS NOT NULL AND locked_until > now()";

    private final JdbcClient database;

    Users(JdbcClient database) {
        this.database = database;
    }

    Optional<SmartUser> find(String username) {
        return database.sql("SELECT username, role, tenant_id, fhir_user, patient_id FROM salus_user"
                        + " WHERE username = :username")
                .param("username", username)
                .query((row, number) -> user(row))
                .optional();
    }

    /** Adds a person, or gives one that exists these properties and this password. */
    void save(SmartUser user, String passwordHash, boolean demo) {
        database.sql("""
                        INSERT INTO salus_user (username, password_hash, role, tenant_id, fhir_user, patient_id, demo)
                        VALUES (:username, :hash, :role, :tenant, :fhirUser, :patient, :demo)
                        ON CONFLICT (username) DO UPDATE SET password_hash = excluded.password_hash,
                            role = excluded.role, tenant_id = excluded.tenant_id, fhir_user = excluded.fhir_user,
                            patient_id = excluded.patient_id, demo = excluded.demo
                        """)
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
        return database.sql("SELECT password_hash, role, " + LOCKED + " AS locked FROM salus_user"
                        + " WHERE username = :username")
                .param("username", username)
                .query((row, number) -> User.withUsername(username)
                        .password(row.getString("password_hash"))
                        .roles(row.getString("role"))
                        .accountLocked(row.getBoolean("locked"))
                        .build())
                .optional()
                .orElseThrow(() -> new UsernameNotFoundException("No such user"));
    }

    private static SmartUser user(ResultSet row) throws SQLException {
        return new SmartUser(
                row.getString("username"),
                Role.ofCode(row.getString("role")).orElseThrow(),
                new TenantId(row.getString("tenant_id")),
                row.getString("fhir_user"),
                row.getString("patient_id"));
    }
}
