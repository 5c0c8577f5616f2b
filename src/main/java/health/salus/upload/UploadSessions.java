package health.salus.upload;

import health.salus.blob.BlobId;
import health.salus.blob.Sha256;
import health.salus.blob.StagedContent;
import health.salus.blob.StagingKey;
import health.salus.tenant.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The uploads under way, and for a while the completed ones, in {@code salus_upload}. */
@Component
class UploadSessions {

    private static final String SELECT = """
            SELECT id, staging_key, content_type, size, encode(sha256, 'hex') AS sha256, security_context, parts,
                   complete_before, blob_id
              FROM salus_upload
            """;

    private final JdbcClient database;

    UploadSessions(JdbcClient database) {
        this.database = database;
    }

    void add(UploadSession session, String caller) {
        database.sql("""
                        INSERT INTO salus_upload (id, tenant_id, caller, staging_key, content_type, size, sha256,
                                                  security_context, complete_before)
                        VALUES (:id, :tenant, :caller, :key, :contentType, :size, decode(:sha256, 'hex'), :context, :before)
                        """)
                .param("id", session.id())
                .param("tenant", session.key().tenant().value())
                .param("caller", caller)
                .param("key", session.key().value())
                .param("contentType", session.content().contentType())
                .param("size", session.content().size())
                .param("sha256", session.content().sha256().hex())
                .param("context", session.securityContext().orElse(null))
                .param("before", session.completeBefore().atOffset(ZoneOffset.UTC))
                .update();
    }

    void notePartsOf(UUID id, String parts) {
        database.sql("UPDATE salus_upload SET parts = :parts WHERE id = :id")
                .param("parts", parts)
                .param("id", id)
                .update();
    }

    /** Finds an upload of this caller, who alone may complete it. */
    Optional<UploadSession> find(TenantId tenant, String caller, UUID id) {
        return database.sql(SELECT + " WHERE tenant_id = :tenant AND caller = :caller AND id = :id")
                .param("tenant", tenant.value())
                .param("caller", caller)
                .param("id", id)
                .query((row, number) -> session(row))
                .optional();
    }

    /** Finds an upload for somebody who comes with a signed address and no name. */
    Optional<UploadSession> find(TenantId tenant, UUID id) {
        return database.sql(SELECT + " WHERE tenant_id = :tenant AND id = :id")
                .param("tenant", tenant.value())
                .param("id", id)
                .query((row, number) -> session(row))
                .optional();
    }

    /** Notes in the caller's transaction what became of an upload; false if that has been noted before, or it is gone. */
    boolean complete(UUID id, BlobId blob) {
        return database.sql("UPDATE salus_upload SET blob_id = :blob WHERE id = :id AND blob_id IS NULL")
                        .param("blob", blob.value())
                        .param("id", id)
                        .update()
                == 1;
    }

    List<UploadSession> overdue(Instant now) {
        return database.sql(SELECT + " WHERE complete_before < :now ORDER BY complete_before LIMIT 1000")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .query((row, number) -> session(row))
                .list();
    }

    void remove(UUID id) {
        database.sql("DELETE FROM salus_upload WHERE id = :id").param("id", id).update();
    }

    private static UploadSession session(ResultSet row) throws SQLException {
        return new UploadSession(
                row.getObject("id", UUID.class),
                StagingKey.parse(row.getString("staging_key")),
                new StagedContent(
                        row.getString("content_type"), row.getLong("size"), new Sha256(row.getString("sha256"))),
                Optional.ofNullable(row.getString("security_context")),
                Optional.ofNullable(row.getString("parts")),
                row.getTimestamp("complete_before").toInstant(),
                Optional.ofNullable(row.getObject("blob_id", UUID.class)).map(BlobId::new));
    }
}
