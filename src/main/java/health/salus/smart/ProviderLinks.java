package health.salus.smart;

import health.salus.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.Objects;
import java.util.Optional;

/**
 * Which account belongs to whom at the provider: by the provider's issuer and its {@code sub}, which never change and are
 * never given to somebody else. A name or an e-mail address links nobody.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability">OpenID Connect Core 1.0, section 5.7</a>
 */
@Component
@ConditionalOnEmbeddedIssuer
class ProviderLinks {

    private static final String OF_SUBJECT = " WHERE federated_issuer = :issuer AND federated_subject = :subject";

    private final JdbcClient database;
    private final @Nullable String issuer;

    ProviderLinks(JdbcClient database, LoginSettings settings) {
        this.database = database;
        this.issuer = settings.issuer() == null ? null : settings.issuer().toString();
    }

    /** Tells whether there is a provider at all. */
    boolean areUsed() {
        return issuer != null;
    }

    /** Finds the account of a person, the disabled ones too. */
    Optional<LinkedUser> find(String subject) {
        return database.sql(
                        "SELECT username, role, tenant_id, fhir_user, patient_id, disabled_at IS NOT NULL AS disabled,"
                                + " coalesce(locked_until > now(), false) AS locked, by_claims FROM salus_user"
                                + OF_SUBJECT)
                .param("issuer", known())
                .param("subject", subject)
                .query((row, number) -> new LinkedUser(
                        new SmartUser(
                                row.getString("username"),
                                Role.ofCode(row.getString("role")).orElseThrow(),
                                new TenantId(row.getString("tenant_id")),
                                row.getString("fhir_user"),
                                row.getString("patient_id")),
                        row.getBoolean("disabled"),
                        row.getBoolean("locked"),
                        row.getBoolean("by_claims")))
                .optional();
    }

    /**
     * Adds an account without a password for a person; returns false if the person has one already, or if an account or a
     * client has its name, with which they would be taken for each other in tokens and in the audit trail.
     *
     * @param byClaims whether it follows what the provider says of the person
     */
    boolean create(SmartUser user, String subject, boolean byClaims) {
        return database.sql("""
                        INSERT INTO salus_user (username, role, tenant_id, fhir_user, patient_id,
                                                federated_issuer, federated_subject, by_claims)
                        SELECT :username, :role, :tenant, :fhirUser, :patient, :issuer, :subject, :byClaims
                         WHERE NOT EXISTS (SELECT FROM salus_client WHERE client_id = :username)
                        ON CONFLICT DO NOTHING
                        """)
                        .param("username", user.username())
                        .param("role", user.role().code())
                        .param("tenant", user.tenant().value())
                        .param("fhirUser", user.fhirUser())
                        .param("patient", user.patient())
                        .param("issuer", known())
                        .param("subject", subject)
                        .param("byClaims", byClaims)
                        .update()
                == 1;
    }

    /** Gives an account that was made by claims what the claims say now; its name stays. */
    void follow(String username, SmartUser claimed) {
        database.sql("UPDATE salus_user SET role = :role, tenant_id = :tenant, fhir_user = :fhirUser,"
                        + " patient_id = :patient WHERE username = :username AND by_claims")
                .param("role", claimed.role().code())
                .param("tenant", claimed.tenant().value())
                .param("fhirUser", claimed.fhirUser())
                .param("patient", claimed.patient())
                .param("username", username)
                .update();
    }

    /**
     * Links an account to a person, instead of whom it was linked to before; what the provider claims changes nothing in it
     * from now on. Returns false if another account is linked to the person.
     */
    boolean link(String username, String subject) {
        try {
            database.sql("UPDATE salus_user SET federated_issuer = :issuer, federated_subject = :subject,"
                            + " by_claims = false WHERE username = :username")
                    .param("issuer", known())
                    .param("subject", subject)
                    .param("username", username)
                    .update();
            return true;
        } catch (DuplicateKeyException e) {
            return false;
        }
    }

    /** Ends the link of an account that has a password; returns false for one that has none, which nobody could use then. */
    boolean unlink(String username) {
        return database.sql("UPDATE salus_user SET federated_issuer = NULL, federated_subject = NULL, by_claims = false"
                                + " WHERE username = :username AND password_hash IS NOT NULL")
                        .param("username", username)
                        .update()
                == 1;
    }

    private String known() {
        return Objects.requireNonNull(issuer, "There is no provider");
    }

    /**
     * An account of somebody who signs in at the provider.
     *
     * @param locked   whether somebody has tried wrong passwords with its name just now
     * @param byClaims whether it follows what the provider says of the person
     */
    record LinkedUser(SmartUser user, boolean disabled, boolean locked, boolean byClaims) {}
}
