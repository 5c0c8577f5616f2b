package health.salus.hl7v2;

import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import health.salus.tenant.UnknownTenantException;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.Map;

import static health.salus.hl7v2.Laboratory.result;
import static health.salus.hl7v2.Laboratory.settings;
import static health.salus.hl7v2.MessageWorkerIT.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A tenant that is disabled takes its feeds out of service, and nothing else. */
class OutOfServiceIT {

    private static final TenantId ASLEEP = new TenantId("asleep");

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @Test
    void feedOfADisabledTenantRefusesUntilTheTenantIsBack() throws Exception {
        interfaces.reopen(
                settings(Map.of("feeds.micro.sending-facilities", "MICROLAB", "feeds.micro.tenant", "asleep")));
        laboratory()
                .database
                .sql("INSERT INTO salus_tenant (id) VALUES ('asleep') ON CONFLICT DO NOTHING")
                .update();
        laboratory().worker.start();
        disable(true);
        try (MllpClient client = laboratory().connect()) {
            assertThat(client.ask(result("M1").replace("CITYLAB", "MICROLAB")))
                    .contains("MSA|AR|M1|This feed is out of service; send it again later");
            assertThat(client.ask(result("M2"))).contains("MSA|AA|M2");
            laboratory().monitor.look();
            assertThat(laboratory().health().health().getDetails().get("outOfService"))
                    .asString()
                    .isEqualTo("[micro]");

            disable(false);
            assertThat(client.ask(result("M1").replace("CITYLAB", "MICROLAB"))).contains("MSA|AA|M1");
        }
        await(() -> laboratory().writer.written.contains("M1"));
    }

    @Test
    void whatADisabledTenantHasWaitsAndHoldsUpNobody() throws Exception {
        interfaces.reopen(settings(Map.of(
                "feeds.micro.sending-facilities", "MICROLAB", "feeds.micro.tenant", "asleep", "max-waiting", "1")));
        laboratory()
                .database
                .sql("INSERT INTO salus_tenant (id) VALUES ('asleep') ON CONFLICT DO NOTHING")
                .update();
        try (MllpClient client = laboratory().connect()) {
            client.ask(result("M1").replace("CITYLAB", "MICROLAB"));
            disable(true);
            laboratory().worker.start();
            assertThat(client.ask(result("M2"))).contains("MSA|AA|M2");
            await(() -> laboratory().column("state").equals(List.of("RECEIVED", "PROCESSED")));
            disable(false);
            await(() -> laboratory().writer.written.contains("M1"));
        } finally {
            disable(false);
        }
    }

    @Test
    void disabledTenantDoesNotStopTheStartButAnUnknownOneDoes() {
        Tenants tenants = TestServer.shared().bean(Tenants.class);
        tenants.create(ASLEEP);
        tenants.setEnabled(ASLEEP, false);

        assertThatCode(() -> checkAtStart(tenants, "asleep")).doesNotThrowAnyException();
        assertThatThrownBy(() -> checkAtStart(tenants, "nowhere")).isInstanceOf(UnknownTenantException.class);
    }

    private static void checkAtStart(Tenants tenants, String tenant) {
        new Hl7v2Configuration()
                .hl7v2TenantExists(tenants, Feeds.of(settings(Map.of("tenant", tenant))))
                .afterSingletonsInstantiated();
    }

    private void disable(boolean disabled) {
        laboratory().inService = it -> !disabled || !it.equals(ASLEEP);
        laboratory()
                .database
                .sql("UPDATE salus_tenant SET disabled_at = CASE WHEN :disabled THEN now() END WHERE id = 'asleep'")
                .param("disabled", disabled)
                .update();
    }

    private Laboratory laboratory() {
        return interfaces.laboratory();
    }
}
