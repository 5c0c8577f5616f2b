package health.salus.smart;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;

/**
 * One thing that a client asks of the FHIR API, alone or as an entry of a batch.
 *
 * @param kind        the FHIR interaction
 * @param type        the resource type it is about, empty for the whole system
 * @param conditional whether it names its resource by a search instead of an id
 */
record Interaction(RestOperationTypeEnum kind, String type, boolean conditional) {

    static Interaction of(RestOperationTypeEnum kind, String type) {
        return new Interaction(kind, type, false);
    }
}
