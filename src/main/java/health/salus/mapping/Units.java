package health.salus.mapping;

import org.fhir.ucum.UcumEssenceService;
import org.fhir.ucum.UcumException;
import org.fhir.ucum.UcumService;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Quantity;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The units of a result: always in the words of the sender, and as a UCUM code where it is sure to be one.
 *
 * @param text the sender's words, empty if no unit was sent
 * @param ucum the code
 * @see <a href="https://ucum.org/ucum">The Unified Code for Units of Measure</a>
 */
record Units(String text, Optional<String> ucum) {

    static final String SYSTEM = "http://unitsofmeasure.org";

    private static final int LONGEST = 60;
    private static final int MOST = 5_000;
    private static final UcumService UCUM = service();
    // Parsing a unit takes longer than all the rest of a result; a laboratory uses a few dozen.
    private static final Map<String, Boolean> VALID = new ConcurrentHashMap<>();

    /**
     * Reads CE or CWE, OBX-6. A unit is a code if the sender declares it to be UCUM and it is, or if the table
     * {@code units} translates it; one that only looks like UCUM may mean something else.
     */
    static Units of(Optional<V2Value> sent, Scope scope) {
        if (sent.isEmpty()) {
            return new Units("", Optional.empty());
        }
        V2Value unit = sent.get();
        String code = unit.part(1).text();
        String display = unit.part(2).whole().strip();
        String text =
                !display.isEmpty() ? display : code.isEmpty() ? unit.part(4).text() : code;
        Optional<String> declared = declared(unit, 1, scope).or(() -> declared(unit, 4, scope));
        return new Units(text, declared.or(() -> scope.namespaces().unit(code).map(Coding::getCode)));
    }

    /** Adds the unit to a quantity that has none. */
    Quantity added(Quantity quantity) {
        if (text.isEmpty() || quantity.hasUnit()) {
            return quantity;
        }
        quantity.setUnit(text);
        ucum.ifPresent(code -> quantity.setSystem(SYSTEM).setCode(code));
        return quantity;
    }

    private static Optional<String> declared(V2Value unit, int first, Scope scope) {
        String code = unit.part(first).text();
        if (code.isEmpty() || !unit.part(first + 2).text().equalsIgnoreCase("UCUM")) {
            return Optional.empty();
        }
        if (!isValid(code)) {
            scope.findings().warn(unit, "is not a unit of UCUM, as it says; it is kept in words only");
            return Optional.empty();
        }
        return Optional.of(code);
    }

    static boolean isValid(String code) {
        if (code.length() > LONGEST) {
            return false;
        }
        Boolean known = VALID.get(code);
        if (known != null) {
            return known;
        }
        boolean valid = UCUM.validate(code) == null;
        // A sender must not fill the memory with units that it makes up.
        if (VALID.size() < MOST) {
            VALID.put(code, valid);
        }
        return valid;
    }

    private static UcumService service() {
        try (InputStream definitions =
                Objects.requireNonNull(Units.class.getResourceAsStream("/ucum-essence.xml"), "no UCUM definitions")) {
            return new UcumEssenceService(definitions);
        } catch (UcumException | IOException broken) {
            throw new IllegalStateException("The units of UCUM cannot be read", broken);
        }
    }
}
