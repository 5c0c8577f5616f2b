package health.salus.hl7v2;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

/** What is done and old goes, a thousand rows at a time; what needs a person stays. */
class RetentionIT {

    private static final int MESSAGES = 20_000;

    @RegisterExtension
    final PostgresExtension interfaces = new PostgresExtension();

    @Test
    void oldMessagesGoInBatchesWithTheirSubjectsAndTheOthersStay() {
        fill("PROCESSED", MESSAGES, "100 days");
        fill("PARKED", 10, "100 days");
        fill("RECEIVED", 10, "100 days");
        fill("PROCESSED", 10, "80 days");

        long start = System.nanoTime();
        int deleted = interfaces.laboratory().store.deleteDone(Instant.now().minus(Duration.ofDays(90)));
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        System.out.println("Deleted messages of 2 kB: " + deleted + " in " + taken.toMillis() + " ms");

        // A second or two; a look through the whole table for each of them takes a minute.
        assertThat(taken).isLessThan(Duration.ofSeconds(20));
        assertThat(deleted).isEqualTo(MESSAGES);
        assertThat(interfaces.laboratory().column("state")).hasSize(30).contains("PARKED", "RECEIVED", "PROCESSED");
        assertThat(interfaces
                        .laboratory()
                        .database
                        .sql("SELECT count(*) FROM salus_hl7v2_subject")
                        .query(Long.class)
                        .single())
                .isEqualTo(30);
    }

    private void fill(String state, int count, String age) {
        interfaces
                .laboratory()
                .database
                .sql("""
                        WITH filled AS (
                            INSERT INTO salus_hl7v2_message (
                                tenant_id, feed, sending_application, sending_facility, control_id, message_type, content,
                                sha256, received_at, state, reason, acknowledgment, control_id_reused, processed_at)
                            SELECT 'default', 'lab', 'L', 'C', :state || :age || number, 'ORU^R01',
                                convert_to(repeat(md5(number::text), 64), 'UTF8'), sha256(convert_to(number::text, 'UTF8')),
                                now() - CAST(:age AS interval), :state, 'r', '', false, now()
                            FROM generate_series(1, :count) AS number RETURNING id)
                        INSERT INTO salus_hl7v2_subject (message_id, tenant_id, authority, value, waiting)
                        SELECT id, 'default', 'C', id::text, false FROM filled
                        """)
                .param("state", state)
                .param("age", age)
                .param("count", count)
                .update();
    }
}
