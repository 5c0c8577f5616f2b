package health.salus.smart;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import health.salus.tenant.TenantId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authentication.event.AuthenticationFailureBadCredentialsEvent;
import org.springframework.security.authentication.event.AuthenticationSuccessEvent;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DemoAccountsTest {

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    private final PasswordEncoder passwords = new BCryptPasswordEncoder(4);
    private JdbcClient database;
    private Users users;
    private Clients clients;
    private DemoAccounts accounts;

    @BeforeAll
    static void startDatabase() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
        Flyway.configure().dataSource(postgres.getPostgresDatabase()).load().migrate();
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void openAccounts() {
        database = JdbcClient.create(postgres.getPostgresDatabase());
        database.sql("TRUNCATE salus_user, salus_client, oauth2_authorization, salus_client_assertion CASCADE")
                .update();
        users = new Users(database);
        clients = new Clients(database);
        accounts = accounts();
    }

    @Test
    void usersGetPasswordsThatOnlyTheOwnerOfTheProcessReads() throws IOException {
        List<DemoUser> people = accounts.ensure("pat", "doc");

        assertThat(people).extracting(DemoUser::username).containsExactly("admin", "doctor", "patient");
        assertThat(people).extracting(DemoUser::role).containsExactly("admin", "practitioner", "patient");
        assertThat(people)
                .extracting(DemoUser::password)
                .doesNotHaveDuplicates()
                .allMatch(it -> it.length() >= 16);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("demo").resolve("users.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void everyStartFindsTheSameAccounts() throws IOException {
        List<DemoUser> first = accounts.ensure("pat", "doc");
        String key = Files.readString(folder.resolve("demo/demo-backend.jwk.json"));

        assertThat(accounts().ensure("pat", "doc")).isEqualTo(first);
        assertThat(folder.resolve("demo/demo-backend.jwk.json")).hasContent(key);
    }

    @Test
    void theRowsFollowTheFileAfterACrashBetweenTheTwo() {
        List<DemoUser> people = accounts.ensure("pat", "doc");
        database.sql("DELETE FROM salus_user WHERE username = 'doctor'").update();
        database.sql("UPDATE salus_user SET password_hash = 'other' WHERE username = 'patient'")
                .update();

        accounts().ensure("pat", "doc");

        assertThat(people)
                .allSatisfy(person -> assertThat(passwords.matches(
                                person.password(),
                                users.loadUserByUsername(person.username()).getPassword()))
                        .isTrue());
    }

    @Test
    void eachUserStandsForTheResourceThatTheCallerNames() {
        accounts.ensure("pat", "doc");

        assertThat(users.find("patient"))
                .contains(new SmartUser("patient", Role.PATIENT, TenantId.DEFAULT, "Patient/pat", "pat"));
        assertThat(users.find("doctor"))
                .contains(new SmartUser("doctor", Role.PRACTITIONER, TenantId.DEFAULT, "Practitioner/doc", null));
    }

    @Test
    void removingThemLeavesOnlyWhatSomebodyElseHasMade() {
        accounts.ensure("pat", "doc");
        users.save(new SmartUser("real", Role.ADMIN, TenantId.DEFAULT, null, null), "hash", false);

        accounts.remove();

        assertThat(clients.all()).isEmpty();
        assertThat(users.find("patient")).isEmpty();
        assertThat(users.find("real")).isPresent();
    }

    @Test
    void theBackendKeySignsAssertionsThatTheRegisteredKeyVerifies() throws Exception {
        accounts.ensure("pat", "doc");

        String assertion = BackendAssertion.of("demo-backend", folder.resolve("demo/demo-backend.jwk.json"))
                .sign(URI.create("https://salus.example/oauth2/token"));

        SignedJWT signed = SignedJWT.parse(assertion);
        assertThat(signed.getHeader().getAlgorithm().getName()).isEqualTo("ES384");
        assertThat(signed.getJWTClaimsSet().getAudience()).containsExactly("https://salus.example/oauth2/token");
        String registered =
                ((ClientProof.Keys) clients.find("demo-backend").orElseThrow().proof()).jwks();
        assertThat(registered).contains(signed.getHeader().getKeyID()).doesNotContain("\"d\"");
    }

    @Test
    void anAssertionTakesAPrivateKeyWithAName() throws Exception {
        accounts.ensure("pat", "doc");
        JWK key = JWK.parse(Files.readString(folder.resolve("demo/demo-backend.jwk.json")));

        assertThatThrownBy(() -> BackendAssertion.of("demo-backend", key.toPublicJWK()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fiveWrongPasswordsInARowLockTheAccountForAWhile() {
        accounts.ensure("pat", "doc");
        LoginLockout lockout = new LoginLockout(database);

        failTimes(lockout, 4);
        assertThat(users.loadUserByUsername("doctor").isAccountNonLocked()).isTrue();
        failTimes(lockout, 1);
        assertThat(users.loadUserByUsername("doctor").isAccountNonLocked()).isFalse();

        database.sql("UPDATE salus_user SET locked_until = now() - interval '1 second'")
                .update();
        assertThat(users.loadUserByUsername("doctor").isAccountNonLocked()).isTrue();
    }

    @Test
    void aRightPasswordForgetsTheWrongOnes() {
        accounts.ensure("pat", "doc");
        LoginLockout lockout = new LoginLockout(database);

        failTimes(lockout, 4);
        lockout.onSuccess(new AuthenticationSuccessEvent(login()));
        failTimes(lockout, 4);

        assertThat(users.loadUserByUsername("doctor").isAccountNonLocked()).isTrue();
    }

    @Test
    void whatHasExpiredIsDeletedAndWhatMayStillBeUsedStays() {
        JdbcTemplate template = new JdbcTemplate(postgres.getPostgresDatabase());
        String insert = "INSERT INTO oauth2_authorization (id, registered_client_id, principal_name,"
                + " authorization_grant_type, access_token_expires_at, refresh_token_expires_at)"
                + " VALUES (?, 'demo-app', 'patient', 'authorization_code', now() - interval '1 hour', %s)";
        template.update(insert.formatted("NULL"), "expired");
        template.update(insert.formatted("now() + interval '1 day'"), "refreshable");

        new ExpiredGrants(database).delete();

        assertThat(template.queryForList("SELECT id FROM oauth2_authorization", String.class))
                .containsExactly("refreshable");
    }

    private static void failTimes(LoginLockout lockout, int times) {
        for (int i = 0; i < times; i++) {
            lockout.onFailure(
                    new AuthenticationFailureBadCredentialsEvent(login(), new BadCredentialsException("wrong")));
        }
    }

    private static UsernamePasswordAuthenticationToken login() {
        return new UsernamePasswordAuthenticationToken("doctor", "guess");
    }

    private DemoAccounts accounts() {
        FhirBases bases = new FhirBases("https://salus.example");
        return new DemoAccounts(users, clients, passwords, noTokens(), TestSettings.in(folder), bases);
    }

    private BackendTokens noTokens() {
        return new BackendTokens(new RegisteredClients(clients), context -> null, null, null);
    }
}
