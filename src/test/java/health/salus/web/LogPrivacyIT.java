package health.salus.web;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import health.salus.testing.FhirClient;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import health.salus.testing.Tokens;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever clients send, well or badly, the log does not repeat it. */
class LogPrivacyIT {

    private static final String NAME = "geheimrat";

    private final TestServer server = TestServer.shared();
    private final FhirClient client = FhirClient.withToken(server.fhirBase(), Tokens.backend(server));
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(log);
    }

    @Test
    void logNamesNoPatient() {
        Patient patient = Records.patient(NAME);
        patient.setId(NAME);
        client.put("/Patient/" + NAME, patient);
        client.get("/Patient/" + NAME);
        client.get("/Patient?family=" + NAME);
        client.get("/Patient?" + NAME + "=1");
        client.get("/Patient/" + NAME + "-unknown");
        client.get("/Observation/" + NAME + "?_elements=" + NAME);
        client.post("/Observation", Records.observation("Patient/" + NAME + "-unknown"));
        client.send(
                "POST",
                "/Patient",
                BodyPublishers.ofString("{\"resourceType\":\"Patient\",\"gender\":\"" + NAME + "\"}"),
                "Content-Type",
                "application/fhir+json");
        client.send("POST", "/Patient", BodyPublishers.ofString("{" + NAME), "Content-Type", "application/fhir+json");
        client.post("/Patient", patient, "If-None-Exist", "family=" + NAME + "&" + NAME);
        client.get("/" + NAME + "/1");
        client.get("/Patient/" + NAME + "/$" + NAME);
        FhirClient.withToken(server.fhirBase(), NAME).get("/Patient/" + NAME);

        assertThat(log.list).as("something is logged").isNotEmpty();
        assertThat(lines()).noneMatch(line -> line.contains(NAME));
    }

    @Test
    void everyRequestIsOneLineWithItsIdRouteAndStatus() {
        client.get("/Patient/" + NAME + "-unknown", "X-Request-ID", "find-me");

        assertThat(log.list)
                .filteredOn(event -> "find-me".equals(event.getMDCPropertyMap().get("requestId")))
                .filteredOn(event -> event.getLoggerName().equals("health.salus.access"))
                .singleElement()
                .satisfies(event -> assertThat(event.getKeyValuePairs())
                        .extracting(pair -> pair.key + "=" + pair.value)
                        .contains("method=GET", "route=/fhir/Patient/*", "status=404"));
    }

    private List<String> lines() {
        return log.list.stream().map(LogPrivacyIT::line).toList();
    }

    private static String line(ILoggingEvent event) {
        IThrowableProxy failure = event.getThrowableProxy();
        return event.getFormattedMessage()
                + event.getMDCPropertyMap()
                + event.getKeyValuePairs()
                + (failure == null ? "" : ThrowableProxyUtil.asString(failure));
    }
}
