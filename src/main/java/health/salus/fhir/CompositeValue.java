package health.salus.fhir;

import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.param.StringParam;

import java.io.Serial;
import java.util.List;

/** A value of a composite parameter, as it came and with one value for each component. HAPI's own has two. */
final class CompositeValue extends StringParam {

    @Serial
    private static final long serialVersionUID = 1;

    private final transient List<IQueryParameterType> parts;

    CompositeValue(String value, List<IQueryParameterType> parts) {
        super(value);
        this.parts = List.copyOf(parts);
    }

    /** Returns the values in the order of the components. */
    List<IQueryParameterType> parts() {
        return parts;
    }
}
