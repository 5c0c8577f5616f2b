package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.svc.ResolveIdentityMode;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.jpa.model.cross.IResourceLookup;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import health.salus.tenant.Tenant;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.IdType;
import org.junit.jupiter.api.Test;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The rows of resources are found by their ids as HAPI finds them. */
class ResourceIdentitiesIT {

    // Where nobody's data lies. With it, there are two places to look in, which is left to HAPI.
    private static final int NOWHERE = 987_654;

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final ResourceIdentities identities = server.bean(ResourceIdentities.class);
    private final Tenant tenant = server.bean(Tenants.class).require(TenantId.DEFAULT);

    private final String stored =
            client.create(Records.patient("Da")).getIdElement().getIdPart();
    private final String deleted =
            client.create(Records.patient("Weg")).getIdElement().getIdPart();

    @Test
    void everyModeFindsWhatHapiFinds() {
        client.delete("/Patient/" + deleted);
        List<IIdType> ids = Stream.of(
                        "Patient/" + stored,
                        "Patient/" + stored,
                        "Patient/" + deleted,
                        "Observation/" + stored,
                        "Patient/nobody")
                .<IIdType>map(IdType::new)
                .toList();

        for (ResolveIdentityMode mode : List.of(
                ResolveIdentityMode.includeDeleted().noCacheUnlessDeletesDisabled(),
                ResolveIdentityMode.excludeDeleted().noCacheUnlessDeletesDisabled(),
                ResolveIdentityMode.includeDeleted().cacheOk(),
                ResolveIdentityMode.excludeDeleted().cacheOk(),
                ResolveIdentityMode.includeDeleted().cacheOk())) {
            List<String> found = found(ids, mode, RequestPartitionId.fromPartitionId(tenant.partition()));
            assertThat(found).hasSize(mode.isIncludeDeleted() ? 2 : 1).isEqualTo(byHapi(ids, mode));
        }
    }

    @Test
    void theVersionInAnIdDoesNotMatter() {
        ResolveIdentityMode mode = ResolveIdentityMode.excludeDeleted().noCacheUnlessDeletesDisabled();
        List<IIdType> version = List.of(new IdType("Patient/" + stored + "/_history/7"));
        assertThat(found(version, mode, RequestPartitionId.fromPartitionId(tenant.partition())))
                .hasSize(1)
                .isEqualTo(byHapi(version, mode));
    }

    @Test
    void whatIsDeletedBetweenTwoLooksIsSeenToBe() {
        ResolveIdentityMode mode = ResolveIdentityMode.excludeDeleted().noCacheUnlessDeletesDisabled();
        List<IIdType> ids = List.of(new IdType("Patient/" + deleted));
        assertThat(found(ids, mode, RequestPartitionId.fromPartitionId(tenant.partition())))
                .hasSize(1);

        client.delete("/Patient/" + deleted);

        assertThat(found(ids, mode, RequestPartitionId.fromPartitionId(tenant.partition())))
                .isEmpty();
    }

    @Test
    void whatLiesInAnotherPartitionIsNotFound() {
        assertThat(found(
                        List.of(new IdType("Patient/" + stored)),
                        ResolveIdentityMode.includeDeleted().cacheOk(),
                        RequestPartitionId.fromPartitionId(NOWHERE)))
                .isEmpty();
    }

    private List<String> byHapi(Collection<IIdType> ids, ResolveIdentityMode mode) {
        return found(ids, mode, RequestPartitionId.fromPartitionIds(tenant.partition(), NOWHERE));
    }

    private List<String> found(Collection<IIdType> ids, ResolveIdentityMode mode, RequestPartitionId place) {
        return server.bean(IHapiTransactionService.class)
                .withSystemRequest()
                .withRequestPartitionId(place)
                .execute(() -> identities.resolveResourceIdentities(place, ids, mode).values().stream()
                        .map(ResourceIdentitiesIT::said)
                        .sorted()
                        .toList());
    }

    private static String said(IResourceLookup<JpaPid> row) {
        JpaPid pid = row.getPersistentId();
        return String.join(
                " ",
                row.getResourceType(),
                row.getFhirId(),
                String.valueOf(pid.getId()),
                String.valueOf(pid.getPartitionId()),
                String.valueOf(pid.getAssociatedResourceId()),
                String.valueOf(row.getDeleted()));
    }
}
