package health.salus.fhir;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import javax.sql.DataSource;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;

/** A server starts whatever became of the servers that started before it, or start beside it. */
class HapiSchemaIT {

    private EmbeddedPostgres server;

    @BeforeEach
    void startPostgres() throws IOException {
        server = EmbeddedPostgres.builder().start();
    }

    @AfterEach
    void stopPostgres() throws IOException {
        server.close();
    }

    @Test
    void rowThatAKilledServerLeftBehindDoesNotStopTheNextStart() {
        DataSource database = server.getPostgresDatabase();
        new HapiSchema(database).migrate();
        JdbcClient.create(database).sql("""
                        INSERT INTO "FLY_HFJ_MIGRATION" ("installed_rank", "description", "type", "script",
                            "installed_by", "installed_on", "execution_time", "success")
                        VALUES (-100, 'a server that is no more', 'JDBC', 'HAPI FHIR', 'x', now(), 0, true)
                        """).update();

        new HapiSchema(database).migrate();

        assertThat(count("\"FLY_HFJ_MIGRATION\" WHERE \"installed_rank\" = -100"))
                .isZero();
        assertThat(count("pg_locks WHERE locktype = 'advisory'")).isZero();
    }

    @Test
    void twoServersThatStartAtOnceBothSucceed() {
        CompletableFuture<HapiSchema> first = CompletableFuture.supplyAsync(this::migrate);
        CompletableFuture<HapiSchema> second = CompletableFuture.supplyAsync(this::migrate);

        CompletableFuture.allOf(first, second).join();

        assertThat(count("hfj_resource")).isZero();
        assertThat(count("\"FLY_HFJ_MIGRATION\" WHERE NOT \"success\"")).isZero();
    }

    @Test
    void indexesThatAnEarlierStartLeftHalfBuiltAreBuiltAnew() {
        migrate();
        JdbcClient.create(server.getPostgresDatabase())
                .sql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'salus_link_url'::regclass")
                .update();

        migrate();

        assertThat(count("pg_index WHERE indexrelid = 'salus_link_url'::regclass AND indisvalid"))
                .isOne();
        assertThat(count("pg_class WHERE relname IN ('idx_rl_srcpath_tgturl', 'idx_sp_token_hash_v2')"))
                .isZero();
    }

    private HapiSchema migrate() {
        return new HapiSchema(server.getPostgresDatabase()).migrate();
    }

    private long count(String rows) {
        return JdbcClient.create(server.getPostgresDatabase())
                .sql("SELECT count(*) FROM " + rows)
                .query(Long.class)
                .single();
    }
}
