package health.salus.blob;

import org.springframework.jdbc.core.simple.JdbcClient;

import java.util.UUID;

/** Finds where the bytes of a blob lie, which no client knows. */
public final class BlobKeys {

    private BlobKeys() {}

    public static BlobKey of(JdbcClient database, String blob) {
        return BlobKey.parse(database.sql("SELECT object_key FROM salus_blob WHERE id = :id")
                .param("id", UUID.fromString(blob))
                .query(String.class)
                .single());
    }
}
