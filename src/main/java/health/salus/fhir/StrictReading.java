package health.salus.fhir;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.LenientErrorHandler;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ScalarType;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a resource of which HAPI would drop a part, and takes what it only reads in another way than it was written, such
 * as {@code "active": "true"}.
 */
final class StrictReading extends LenientErrorHandler {

    StrictReading() {
        super(false);
    }

    @Override
    public void unknownElement(@Nullable IParseLocation location, String element) {
        throw refusal(location, "there is no element '" + element + "' here");
    }

    @Override
    public void unknownAttribute(@Nullable IParseLocation location, String attribute) {
        throw refusal(location, "there is no attribute '" + attribute + "' here");
    }

    @Override
    public void unexpectedRepeatingElement(@Nullable IParseLocation location, String element) {
        throw refusal(location, "the element '" + element + "' may be there once only");
    }

    @Override
    public void incorrectJsonType(
            @Nullable IParseLocation location,
            String element,
            ValueType expected,
            @Nullable ScalarType expectedScalar,
            ValueType found,
            @Nullable ScalarType foundScalar) {
        // HAPI leaves out what is said about a value in another form than the value itself, and a text or number where
        // an
        // element with parts should be, such as "code": "718-7".
        if (element.startsWith("_") || (expected == ValueType.OBJECT && found != ValueType.OBJECT)) {
            throw refusal(location, "the element '" + element + "' must be of type " + expected);
        }
        super.incorrectJsonType(location, element, expected, expectedScalar, found, foundScalar);
    }

    private static DataFormatException refusal(@Nullable IParseLocation location, String why) {
        String parent = location == null ? null : location.getParentElementName();
        return new DataFormatException(
                "The resource is not FHIR R4: " + why + (parent == null ? "" : " (below '" + parent + "')"));
    }
}
