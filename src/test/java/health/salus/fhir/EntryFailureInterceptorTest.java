package health.salus.fhir;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EntryFailureInterceptorTest {

    private static final String SQL =
            "could not execute statement [ERROR: duplicate key value (family)=(Muster)] [insert into HFJ_RESOURCE ...]";

    @Test
    void outcomesOfEntriesQuoteNoStatement() {
        assertThat(shown("409 Conflict", SQL)).isEqualTo("Another write came first. Read again, and send yours again.");
        assertThat(shown("500 Internal Server Error", "NullPointerException"))
                .startsWith("The server failed to answer");
    }

    @Test
    void whatHelpsTheClientStays() {
        assertThat(shown("422 Unprocessable Entity", "The element 'x' is wrong"))
                .isEqualTo("The element 'x' is wrong");
    }

    private static String shown(String status, String diagnostics) {
        OperationOutcome outcome = new OperationOutcome();
        outcome.addIssue().setDiagnostics(diagnostics);
        Bundle answer = new Bundle();
        answer.addEntry().getResponse().setStatus(status).setOutcome(outcome);
        SystemRequestDetails request = new SystemRequestDetails();
        request.setRestOperationType(RestOperationTypeEnum.TRANSACTION);

        new EntryFailureInterceptor().onAnswer(request, answer);

        return outcome.getIssueFirstRep().getDiagnostics();
    }
}
