package health.salus.mapping;

import org.hl7.fhir.r4.model.Coding;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A table from HL7 v2 codes to FHIR codes, as it stands in {@code tables/<name>.csv}.
 *
 * <p>The columns are {@code v2,system,code,display}; only the last may hold commas. The v2 code {@code *} stands for any
 * code that has no row of its own, {@code (empty)} for none at all; {@code #} begins a comment.
 */
final class CodeTable {

    private static final String HEADER = "v2,system,code,display";
    private static final String ANY_OTHER = "*";
    private static final String EMPTY = "(empty)";

    /** A table without rows. */
    static final CodeTable EMPTY_TABLE = new CodeTable("", Map.of());

    private final String name;
    private final Map<String, Coding> rows;
    private final Set<String> usual;

    private CodeTable(String name, Map<String, Coding> rows) {
        this.name = name;
        this.rows = rows;
        Map<String, String> firsts = new HashMap<>();
        rows.forEach((v2, coding) -> firsts.putIfAbsent(String.valueOf(coding.getCode()), v2));
        this.usual = Set.copyOf(firsts.values());
    }

    /** Reads a table, or throws {@link MappingSyntaxException}. */
    static CodeTable parse(String name, String file, String content) {
        Map<String, Coding> rows = new LinkedHashMap<>();
        List<String> lines = content.lines().toList();
        boolean headerSeen = false;
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!headerSeen) {
                check(line.equals(HEADER), file, number, "the first row must be " + HEADER);
                headerSeen = true;
                continue;
            }
            String[] cells = line.split(",", 4);
            check(cells.length == 4, file, number, "a row has four cells: " + HEADER);
            check(rows.put(cells[0], coding(cells)) == null, file, number, "'" + cells[0] + "' has two rows");
        }
        return new CodeTable(name, rows);
    }

    private static Coding coding(String[] cells) {
        return new Coding()
                .setSystem(cells[1].isEmpty() ? null : cells[1])
                .setCode(cells[2].isEmpty() ? null : cells[2])
                .setDisplay(cells[3].isEmpty() ? null : cells[3]);
    }

    private static void check(boolean holds, String file, int line, String problem) {
        if (!holds) {
            throw new MappingSyntaxException(file, line, problem);
        }
    }

    /** Returns every FHIR code that this table can give. */
    Stream<String> codes() {
        return rows.values().stream().map(Coding::getCode);
    }

    Optional<Coding> find(String code) {
        return Optional.ofNullable(rows.get(code)).map(Coding::copy);
    }

    /** Returns the four digits of the HL7 table that this one translates, if its name has them: {@code HL70085}. */
    Optional<String> number() {
        return name.matches("HL7\\d{4}") ? Optional.of(name.substring(3)) : Optional.empty();
    }

    /** Tells whether a code is the first of those that the table gives the same FHIR code, and so says nothing more than that. */
    boolean isUsual(String code) {
        return usual.contains(code);
    }

    /** Finds the row of a code in one coding system, {@code GLU^99LAB}, else that of the code alone, {@code GLU}. */
    Optional<Coding> find(String code, String codingSystem) {
        return find(code + "^" + codingSystem).or(() -> find(code));
    }

    Optional<Coding> anyOther() {
        return find(ANY_OTHER);
    }

    Optional<Coding> whenEmpty() {
        return find(EMPTY);
    }

    /** Translates one value; a code that only the {@code *} row knows, or none, is noted as a warning. */
    Optional<Coding> translate(V2Value value, Findings findings) {
        Optional<Coding> found = find(value.text());
        if (found.isPresent()) {
            return found;
        }
        findings.warn(value, "has a code that table " + name + " does not know");
        return anyOther();
    }
}
