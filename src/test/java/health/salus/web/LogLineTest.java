package health.salus.web;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import org.springframework.mock.env.MockEnvironment;

import java.time.Instant;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class LogLineTest {

    private final LoggerContext context = new LoggerContext();
    private final Logger logger = context.getLogger("health.salus.access");
    private final ThrowableProxyConverter stackTraces = new ThrowableProxyConverter();
    private final LogLine lines = new LogLine(
            stackTraces,
            new MockEnvironment()
                    .withProperty("spring.application.name", "salus")
                    .withProperty("spring.application.version", "1.2.3"));

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        stackTraces.start();
    }

    @Test
    void anEventIsOneLineOfTheElasticCommonSchema() throws Exception {
        LoggingEvent event = event("Answered", null);
        event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
        event.setMDCPropertyMap(Map.of("requestId", "r-1"));
        event.addKeyValuePair(new KeyValuePair("route", "/fhir/Patient/*"));
        event.addKeyValuePair(new KeyValuePair("status", 200));
        event.addKeyValuePair(new KeyValuePair("milliseconds", 3L));

        String line = lines.format(event);

        assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
        JsonNode fields = new ObjectMapper().readTree(line);
        assertThat(fields.path("@timestamp").asText()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(fields.path("log.level").asText()).isEqualTo("INFO");
        assertThat(fields.path("log.logger").asText()).isEqualTo("health.salus.access");
        assertThat(fields.path("service.name").asText()).isEqualTo("salus");
        assertThat(fields.path("service.version").asText()).isEqualTo("1.2.3");
        assertThat(fields.path("message").asText()).isEqualTo("Answered");
        assertThat(fields.path("requestId").asText()).isEqualTo("r-1");
        assertThat(fields.path("route").asText()).isEqualTo("/fhir/Patient/*");
        assertThat(fields.path("status").isInt()).isTrue();
        assertThat(fields.path("milliseconds").asLong()).isEqualTo(3);
    }

    @Test
    void aMessageCannotWriteALineOfItsOwn() {
        assertThat(lines.format(event("one\n{\"message\":\"two\"}", null))).containsOnlyOnce("\n");
    }

    @Test
    void aFaultComesWithItsTrace() throws Exception {
        JsonNode fields =
                new ObjectMapper().readTree(lines.format(event("Failed", new IllegalStateException("out of order"))));

        assertThat(fields.path("error.type").asText()).isEqualTo("java.lang.IllegalStateException");
        assertThat(fields.path("error.message").asText()).isEqualTo("out of order");
        assertThat(fields.path("error.stack_trace").asText()).contains("aFaultComesWithItsTrace");
    }

    private LoggingEvent event(String message, @Nullable Throwable failure) {
        return new LoggingEvent("test", logger, Level.INFO, message, failure, null);
    }
}
