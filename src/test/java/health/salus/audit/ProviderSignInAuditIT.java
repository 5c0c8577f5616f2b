package health.salus.audit;

import health.salus.smart.FakeProvider;
import health.salus.smart.ProviderServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** Who signs in at the provider, and who does not get in that way, is in the trail. */
class ProviderSignInAuditIT {

    private static final FakeProvider PROVIDER = ProviderServer.PROVIDER;

    private final Trail trail = new Trail(ProviderServer.SALUS);
    private final String id = Trail.newId();
    private final String subject = UUID.randomUUID().toString();

    @BeforeEach
    void start() {
        PROVIDER.comeUp();
    }

    @Test
    void aLoginNamesTheAccount() {
        String name = "t-" + subject.substring(0, 8);
        PROVIDER.signedIn(
                subject, Map.of("preferred_username", name, "salus_role", "practitioner", "salus_tenant", "default"));

        ProviderServer.signIn(id);

        assertThat(trail.one(id).kind()).isEqualTo(AuditKind.LOGIN);
        assertThat(trail.one(id).outcome()).isEqualTo(AuditOutcome.SUCCESS);
        assertThat(trail.one(id).agent().user()).isEqualTo(name);
    }

    @Test
    void aRefusalSaysWhyAndNamesThePersonAsTheProviderDoes() {
        PROVIDER.signedIn(subject, Map.of("preferred_username", "hunter2", "email", "hunter2@example.org"));

        ProviderServer.signIn(id);

        assertThat(trail.one(id).kind()).isEqualTo(AuditKind.LOGIN);
        assertThat(trail.one(id).outcome()).isEqualTo(AuditOutcome.REFUSED);
        assertThat(trail.one(id).reason()).isEqualTo("unknown-person");
        assertThat(trail.one(id).agent().user()).isEqualTo("provider:" + subject);
        assertThat(AuditJson.write(trail.one(id))).doesNotContain("hunter2").doesNotContain("code=");
    }
}
