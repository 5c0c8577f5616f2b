package health.salus.mapping;

import java.util.List;

/**
 * A message that cannot be mapped.
 *
 * @param reasons at least one, for the person who is to mend it; holds no content of the message
 */
public record Rejected(List<String> reasons) implements MappingResult {

    public Rejected {
        reasons = List.copyOf(reasons);
    }
}
