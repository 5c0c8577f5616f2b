package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one element of a resource, such as {@code DocumentReference.content[1].attachment}: the names of elements, each
 * with an index where there is more than one.
 */
final class ElementPath {

    private static final Pattern STEP = Pattern.compile("([a-zA-Z]{1,64})(?:\\[(\\d{1,6})])?");

    private ElementPath() {}

    /**
     * Finds the element.
     *
     * @throws InvalidRequestException if the path is not written so, or names no element or several
     */
    static Base find(Resource resource, String path) {
        String[] steps = path.split("\\.", -1);
        if (!steps[0].equals(resource.fhirType())) {
            throw new InvalidRequestException("The path has to begin with " + resource.fhirType());
        }
        Base element = resource;
        for (String step : List.of(steps).subList(1, steps.length)) {
            element = child(element, step);
        }
        return element;
    }

    private static Base child(Base element, String step) {
        Matcher matcher = STEP.matcher(step);
        if (!matcher.matches()) {
            throw new InvalidRequestException(
                    "The path has to be names of elements with dots between, with [n] to count");
        }
        Property property = element.getNamedProperty(matcher.group(1));
        List<Base> values = property == null ? List.of() : property.getValues();
        String index = matcher.group(2);
        if (index == null && values.size() > 1) {
            throw new InvalidRequestException("The path names several elements; say which with [n]");
        }
        int position = index == null ? 0 : Integer.parseInt(index);
        if (position >= values.size()) {
            throw new InvalidRequestException("The path names an element that the resource does not have");
        }
        return values.get(position);
    }
}
