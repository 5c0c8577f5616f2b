package health.salus.fhir;

import org.hl7.fhir.r4.model.Bundle;

/** The one way in which the server writes resources that did not come in through the FHIR API. */
public interface ResourceWriter {

    /**
     * Runs a transaction: all of its entries take effect or none does. Attachment data leaves the resources for the blob
     * store before anything is written to the database. Within a database transaction of the caller it takes effect when
     * that is committed, and after an exception the caller has to roll it back.
     *
     * @param origin      whose data this becomes and what writes it
     * @param transaction a Bundle of type {@code transaction} as in https://hl7.org/fhir/R4/http.html#transaction; it is
     *                    changed on the way (ids, references, attachments)
     * @return a Bundle of type {@code transaction-response}, its entries in the order of the request
     * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException if the content is refused or another writer
     *     was faster; its status says which, as the specification has it
     * @throws org.springframework.dao.DataAccessException if the database does not answer
     */
    Bundle transaction(WriteOrigin origin, Bundle transaction);
}
