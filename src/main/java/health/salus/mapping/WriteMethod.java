package health.salus.mapping;

import ca.uhn.fhir.rest.param.ParameterUtil;
import ca.uhn.fhir.util.UrlUtil;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Identifier;

/** What the store does with a resource of a message that it may already have. */
enum WriteMethod {
    /** Keeps what it has. */
    CREATE_IF_NONE {
        @Override
        BundleEntryRequestComponent request(String type, Identifier key) {
            return new BundleEntryRequestComponent()
                    .setMethod(HTTPVerb.POST)
                    .setUrl(type)
                    .setIfNoneExist(query(key));
        }
    },
    /** Replaces what it has; a copy that says the same makes no new version. */
    UPDATE {
        @Override
        BundleEntryRequestComponent request(String type, Identifier key) {
            return conditionalUpdate(type, key);
        }
    },
    /** Brings into what it has only what the message speaks of, as {@link FieldMerge} says. */
    MERGE {
        @Override
        BundleEntryRequestComponent request(String type, Identifier key) {
            return conditionalUpdate(type, key);
        }
    };

    /** Makes the request of a transaction entry, FHIR R4 3.1.0.5.3 and 3.1.0.7.1. */
    abstract BundleEntryRequestComponent request(String type, Identifier key);

    private static BundleEntryRequestComponent conditionalUpdate(String type, Identifier key) {
        return new BundleEntryRequestComponent().setMethod(HTTPVerb.PUT).setUrl(type + "?" + query(key));
    }

    private static String query(Identifier key) {
        String token = ParameterUtil.escape(key.getSystem()) + "|" + ParameterUtil.escape(key.getValue());
        return "identifier=" + UrlUtil.escapeUrlParam(token);
    }
}
