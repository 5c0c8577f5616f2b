package health.salus.hl7v2;

import org.hl7.fhir.r4.model.Resource;

/** How an entry goes into a resource that the store already has. */
interface EntryMerge {

    /**
     * Returns the resource to write; it equals the stored one in all but {@code meta} if there is nothing new.
     *
     * @param stored as the store has it; it is not changed
     * @param sent   what the message says, of the same type
     */
    Resource into(Resource stored, Resource sent);
}
