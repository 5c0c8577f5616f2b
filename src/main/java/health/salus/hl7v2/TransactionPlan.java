package health.salus.hl7v2;

import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is to be written for a message, once it was held against what the store has.
 *
 * @param transaction the entries that change something
 * @param targets     every resource the message is about, written or not: {@code Type/id}, or the full URL of an entry that
 *                    makes it
 * @param updated     those of them that now say what the message says
 * @param refusals    what must not be written, for the person who is to mend it; holds no content of the message
 * @param notes       what was left as it is, for people who wonder
 */
record TransactionPlan(
        Bundle transaction, Set<String> targets, Set<String> updated, List<String> refusals, List<String> notes) {

    /** A plan that is still to be filled. */
    static TransactionPlan empty() {
        Bundle transaction = new Bundle();
        transaction.setType(Bundle.BundleType.TRANSACTION);
        return new TransactionPlan(
                transaction, new LinkedHashSet<>(), new LinkedHashSet<>(), new ArrayList<>(), new ArrayList<>());
    }

    List<Reference> targetReferences() {
        return targets.stream().map(Reference::new).toList();
    }

    /** Tells whether nothing of the message may be written. */
    boolean isRefused() {
        return updated.isEmpty() && !refusals.isEmpty();
    }

    /**
     * Reads from the response where the resources are that now say what the message says.
     *
     * @throws ResourceVersionConflictException if another writer made a resource after this plan, which is then void
     */
    Set<String> written(Bundle response) {
        Set<String> written = new LinkedHashSet<>();
        for (String reference : updated) {
            if (!reference.startsWith("urn:")) {
                written.add(reference);
            }
        }
        List<BundleEntryComponent> requests = transaction.getEntry();
        for (int index = 0; index < requests.size(); index++) {
            BundleEntryComponent request = requests.get(index);
            if (updated.contains(request.getFullUrl())) {
                written.add(created(response.getEntry().get(index)));
            }
        }
        return written;
    }

    private static String created(BundleEntryComponent answer) {
        if (!answer.getResponse().getStatus().startsWith("201")) {
            throw new ResourceVersionConflictException("Another writer made the resource at the same time");
        }
        IdType id = new IdType(answer.getResponse().getLocation());
        return id.getResourceType() + "/" + id.getIdPart();
    }
}
