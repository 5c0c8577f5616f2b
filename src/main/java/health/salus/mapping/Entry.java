package health.salus.mapping;

import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Resource;

/**
 * A resource that a message gives, on its way into the transaction.
 *
 * @param resource the resource, filled after all entries are known, because they refer to each other
 * @param key      the identifier by which the store finds the same resource again
 * @param fullUrl  its name inside the transaction, {@code urn:uuid:…}, the same for every copy of the message
 * @param scope    what it is made of
 */
record Entry(ResourceRule rule, Resource resource, Identifier key, String fullUrl, Scope scope) {}
