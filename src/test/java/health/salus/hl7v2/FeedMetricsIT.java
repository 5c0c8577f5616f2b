package health.salus.hl7v2;

import health.salus.testing.TestServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code /actuator/prometheus} says of a feed. */
class FeedMetricsIT {

    private final TestServer server = TestServer.shared();
    private final String name = "MET" + UUID.randomUUID().toString().substring(0, 8);
    private final SentMessages messages = new SentMessages(server, name);

    @BeforeEach
    void sendOne() {
        messages.process(Laboratory.resultOf(name, name + "1"));
        server.bean(FeedMonitor.class).look();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // The last message, how many come, how fast they are answered.
                "salus_hl7v2_last_message_age_seconds{feed=\"lab\"}",
                "salus_hl7v2_received_total{feed=\"lab\",outcome=\"stored\"}",
                "salus_hl7v2_acknowledged_seconds{feed=\"lab\",quantile=\"0.99\"}",
                "salus_hl7v2_processed_total{feed=\"lab\",outcome=\"processed\"}",
                // What waits, and for how long.
                "salus_hl7v2_waiting{feed=\"lab\"}",
                "salus_hl7v2_waiting_age_seconds{feed=\"lab\"}",
                // What needs a person.
                "salus_hl7v2_parked{feed=\"lab\"}",
                "salus_hl7v2_incomplete{feed=\"lab\"}",
                "salus_hl7v2_unsupported{feed=\"lab\"}",
                "salus_hl7v2_unmapped_codes{feed=\"lab\"}",
                "salus_hl7v2_corrections_total{feed=\"lab\"}",
                // Whether it is there at all.
                "salus_hl7v2_silent{feed=\"lab\"}",
                "salus_hl7v2_out_of_service{feed=\"lab\"}"
            })
    void feedIsSeen(String metric) throws Exception {
        assertThat(value(metric)).isNotNaN().isNotNegative();
    }

    @Test
    void correctionsDeadLettersAndUnmappedCodesAreCounted() throws Exception {
        double corrections = value("salus_hl7v2_corrections_total{feed=\"lab\"}");
        double parked = value("salus_hl7v2_parked{feed=\"lab\"}");
        double unmapped = value("salus_hl7v2_unmapped_codes{feed=\"lab\"}");

        messages.process(
                Laboratory.resultOf(name, name + "2")
                        .replace("|||||F\r", "|||||C\r")
                        .replace("|4.1|", "|4.2|"),
                Laboratory.resultOf("", name + "3"),
                Laboratory.resultOf(name + "X", name + "4").replace("K^Potassium^L", "K^Potassium^" + name));
        server.bean(FeedMonitor.class).look();

        assertThat(value("salus_hl7v2_corrections_total{feed=\"lab\"}")).isEqualTo(corrections + 1);
        assertThat(value("salus_hl7v2_parked{feed=\"lab\"}")).isEqualTo(parked + 1);
        assertThat(value("salus_hl7v2_unmapped_codes{feed=\"lab\"}")).isGreaterThan(unmapped);
        assertThat(value("salus_hl7v2_last_message_age_seconds{feed=\"lab\"}")).isLessThan(60);
    }

    private double value(String metric) throws Exception {
        String text = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(server.managementUrl("/actuator/prometheus"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher line = Pattern.compile("^" + Pattern.quote(metric) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(text);
        assertThat(line.find()).as(metric).isTrue();
        return Double.parseDouble(line.group(1));
    }
}
