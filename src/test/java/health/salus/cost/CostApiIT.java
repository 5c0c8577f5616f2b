package health.salus.cost;

import health.salus.blob.BlobContent;
import health.salus.blob.Blobs;
import health.salus.smart.AllowedTo;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.Test;

import java.util.Set;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** An administrator sees what the storage of the own tenant costs, and of no other. */
class CostApiIT {

    private final TestServer server = TestServer.shared();
    private final CostApi api = server.bean(CostApi.class);

    @Test
    void reportIsThatOfTheCallersTenant() throws Exception {
        server.bean(Blobs.class)
                .store(new TenantId("south"), "application/pdf", BlobContent.of("cost".getBytes(UTF_8)));

        CostReport south = api.report(admin("south"));

        assertThat(south.tenant()).isEqualTo("south");
        assertThat(south.lines()).anyMatch(it -> it.category().equals("document") && it.objects() > 0);
        assertThat(api.report(admin("north")).tenant()).isEqualTo("north");
    }

    @Test
    void linesHaveAHeaderAndTheSameFigures() throws Exception {
        server.bean(Blobs.class).store(new TenantId("south"), "image/png", BlobContent.of("csv".getBytes(UTF_8)));

        String[] lines = api.lines(admin("south")).split("\r\n");

        assertThat(lines[0]).startsWith("tenant,category,storage_class,objects");
        assertThat(lines).hasSize(api.report(admin("south")).lines().size() + 1);
        assertThat(lines[1]).startsWith("south,");
    }

    @Test
    void onlyAdministratorsMayAsk() {
        assertThat(CostApi.class.getAnnotation(AllowedTo.class).value()).containsExactly(Role.ADMIN);
    }

    private static SmartPrincipal admin(String tenant) {
        return new SmartPrincipal(new TenantId(tenant), Role.ADMIN, null, null, Set.of(), "salus-ui", "admin");
    }
}
