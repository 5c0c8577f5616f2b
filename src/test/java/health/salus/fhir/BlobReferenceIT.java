package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.model.ExpungeOptions;
import ca.uhn.fhir.jpa.delete.batch2.DeleteExpungeSvcImpl;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import health.salus.blob.BlobId;
import health.salus.blob.BlobOwner;
import health.salus.blob.Blobs;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** A version holds its blobs as long as it exists, whichever way HAPI removes it. */
class BlobReferenceIT {

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final Blobs blobs = server.bean(Blobs.class);
    private DocumentReference document;
    private BlobId first;
    private BlobId second;

    @BeforeEach
    void createTwoVersions() {
        String patient = "Patient/"
                + client.create(Records.patient("Aufbewahrung")).getIdElement().getIdPart();
        document = client.create(Records.document(patient, Records.pdf(100_000)));
        first = blobOf(document);
        document.getContentFirstRep()
                .getAttachment()
                .setUrl(null)
                .setSizeElement(null)
                .setHashElement(null);
        document.getContentFirstRep().getAttachment().setData(Records.pdf(100_001));
        document = client.put("/" + path(), document, "Prefer", "return=representation")
                .resource(DocumentReference.class);
        second = blobOf(document);
        server.bean(JpaStorageSettings.class).setExpungeEnabled(true);
    }

    @AfterEach
    void forbidExpunge() {
        server.bean(JpaStorageSettings.class).setExpungeEnabled(false);
    }

    @Test
    void deletedResourceKeepsItsBlobs() {
        client.delete("/" + path());

        assertThat(owners(first)).containsExactly(owner(1));
        assertThat(owners(second)).containsExactly(owner(2));
    }

    @Test
    void expungeOfOldVersionsLetsGoOfTheirBlobsAlone() {
        expunge(new ExpungeOptions().setExpungeOldVersions(true));

        assertThat(owners(first)).isEmpty();
        assertThat(owners(second)).containsExactly(owner(2));
    }

    @Test
    void expungeOfADeletedResourceLetsGoOfAllItsBlobs() {
        client.delete("/" + path());

        expunge(new ExpungeOptions().setExpungeDeletedResources(true).setExpungeOldVersions(true));

        assertThat(owners(first)).isEmpty();
        assertThat(owners(second)).isEmpty();
    }

    @Test
    void versionsThatAreDeletedByTheirRowsLetGoOfTheirBlobs() {
        TransactionTemplate transaction = new TransactionTemplate(server.bean(PlatformTransactionManager.class));

        // As an expunge of everything does it, which would empty the server that other tests share.
        transaction.executeWithoutResult(status -> {
            server.bean(JdbcClient.class)
                    .sql("DELETE FROM hfj_res_ver WHERE res_id = (SELECT res_id FROM hfj_resource WHERE fhir_id = :id)")
                    .param("id", document.getIdElement().getIdPart())
                    .update();
            assertThat(owners(first)).isEmpty();
            assertThat(owners(second)).isEmpty();
            status.setRollbackOnly();
        });

        assertThat(owners(first)).containsExactly(owner(1));
        assertThat(owners(second)).containsExactly(owner(2));
    }

    @Test
    void deleteExpungeLetsGoOfAllItsBlobsInItsTransaction() {
        TransactionTemplate transaction = new TransactionTemplate(server.bean(PlatformTransactionManager.class));

        transaction.executeWithoutResult(status -> {
            deleteExpunge();
            status.setRollbackOnly();
        });
        assertThat(owners(second)).containsExactly(owner(2));
        transaction.executeWithoutResult(status -> deleteExpunge());

        assertThat(owners(first)).isEmpty();
        assertThat(owners(second)).isEmpty();
    }

    private void expunge(ExpungeOptions options) {
        SystemRequestDetails request = new SystemRequestDetails();
        request.setTenantId("default");
        request.setRequestPartitionId(RequestPartitionId.fromPartitionId(
                server.bean(Tenants.class).require(TenantId.DEFAULT).partition()));
        server.bean(DaoRegistry.class)
                .getResourceDao(DocumentReference.class)
                .expunge(new IdType(path()), options, request);
    }

    private void deleteExpunge() {
        JpaPid pid = server.bean(JdbcClient.class)
                .sql("SELECT res_id, partition_id FROM hfj_resource WHERE fhir_id = :id")
                .param("id", document.getIdElement().getIdPart())
                .query((row, number) -> JpaPid.fromId(row.getLong(1), row.getInt(2)))
                .single();
        server.bean(DeleteExpungeSvcImpl.class).deleteExpunge(List.of(pid), false, 1);
    }

    private String path() {
        return "DocumentReference/" + document.getIdElement().getIdPart();
    }

    private Iterable<BlobOwner> owners(BlobId id) {
        return blobs.owners(TenantId.DEFAULT, id);
    }

    private BlobOwner owner(long version) {
        return new BlobOwner("DocumentReference", document.getIdElement().getIdPart(), version);
    }

    private static BlobId blobOf(DocumentReference document) {
        String url = document.getContentFirstRep().getAttachment().getUrl();
        return BlobId.parse(url.substring(url.lastIndexOf('/') + 1)).orElseThrow();
    }
}
