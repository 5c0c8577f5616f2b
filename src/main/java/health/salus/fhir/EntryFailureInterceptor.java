package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryResponseComponent;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Keeps what the database says, which quotes statements and values, out of the outcomes of a batch's entries. */
@Interceptor
@Component
class EntryFailureInterceptor {

    private static final String CONFLICT = "409";

    /** Looks at the entries that failed. */
    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void onAnswer(RequestDetails request, @Nullable IBaseResource answer) {
        if (request.getRestOperationType() == RestOperationTypeEnum.TRANSACTION && answer instanceof Bundle bundle) {
            bundle.getEntry().stream()
                    .map(BundleEntryComponent::getResponse)
                    .forEach(response -> tidy(response, request.getRequestId()));
        }
    }

    private static void tidy(BundleEntryResponseComponent response, String requestId) {
        boolean fault = response.hasStatus() && response.getStatus().startsWith("5");
        if (!(response.getOutcome() instanceof OperationOutcome outcome) || !(fault || quotesDatabase(outcome))) {
            return;
        }
        boolean overtaken = response.getStatus().startsWith(CONFLICT);
        outcome.setText(null);
        outcome.getIssue()
                .forEach(issue -> issue.setDiagnostics(
                        overtaken
                                ? "Another write came first. Read again, and send yours again."
                                : "The server failed to answer; its log says where, under request id " + requestId));
    }

    private static boolean quotesDatabase(OperationOutcome outcome) {
        return outcome.getIssue().stream()
                .filter(OperationOutcome.OperationOutcomeIssueComponent::hasDiagnostics)
                .anyMatch(issue -> issue.getDiagnostics().contains("could not execute statement")
                        || issue.getDiagnostics().contains("[ERROR: "));
    }
}
