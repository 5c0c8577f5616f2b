package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OverloadTest {

    private final OverloadInterceptor overload =
            new OverloadInterceptor(new RequestPlaces(new Binder(new MapConfigurationPropertySource(
                            Map.of("salus.fhir.max-concurrent-requests", "2", "salus.fhir.overload-patience", "20ms")))
                    .bindOrCreate("salus.fhir", FhirSettings.class)));

    @Test
    void whoComesTooManyIsToldWhenToComeAgain() throws InterruptedException {
        overload.begin(request());
        overload.begin(request());

        assertThatThrownBy(() -> overload.begin(request()))
                .isInstanceOfSatisfying(BaseServerResponseException.class, answer -> {
                    assertThat(answer.getStatusCode()).isEqualTo(503);
                    assertThat(answer.getResponseHeaders()).containsKey("Retry-After");
                });
    }

    @Test
    void aPlaceIsFreeAsSoonAsTheAnswerIsMadeAndOnlyOnce() throws InterruptedException {
        ServletRequestDetails first = request();
        overload.begin(first);
        overload.begin(request());

        overload.onAnswer(first);
        overload.end(first);
        overload.begin(request());

        assertThatThrownBy(() -> overload.begin(request())).isInstanceOf(BaseServerResponseException.class);
    }

    @Test
    void aRequestTakesOnePlaceHoweverOftenItIsHandled() throws InterruptedException {
        ServletRequestDetails batch = request();

        overload.begin(batch);
        overload.begin(batch);
        overload.begin(request());
    }

    private static ServletRequestDetails request() {
        return new ServletRequestDetails();
    }
}
