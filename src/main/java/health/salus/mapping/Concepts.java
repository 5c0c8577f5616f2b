package health.salus.mapping;

import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Codes: those of the sender, kept with all their translations, and those translated by a table. */
final class Concepts {

    private static final Set<String> CODES = Set.of("ID", "IS");

    private Concepts() {}

    /** {@code concept(OBX-3)}, {@code concept(OBX-8, HL70078)}: a CodeableConcept, translated if a table is given. */
    static Expression concept(Arguments arguments) {
        Source source = arguments.count(1, 2).source(0, Set.of("CE", "CWE", "CNE", "CF", "ID", "IS"));
        if (arguments.count() == 2) {
            return translated(source, arguments.table(1));
        }
        return CODES.contains(source.dataType())
                ? Expression.each(
                        CodeableConcept.class, source, (value, scope) -> fromCode(value, source.table(), scope))
                : Expression.each(CodeableConcept.class, source, (value, scope) -> fromTriples(value, scope));
    }

    /** {@code code(HL70085, OBX-11)}: a code, translated by a table, whose row {@code (empty)} counts for an empty field. */
    static Expression code(Arguments arguments) {
        CodeTable table = arguments.count(2, 2).table(0);
        Source source = arguments.source(1);
        Set<String> codes = table.codes().filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
        return new Expression(
                Set.of(CodeType.class),
                codes,
                scope -> source
                        .first(scope)
                        .map(value -> table.translate(value, scope.findings()))
                        .orElseGet(table::whenEmpty)
                        .map(coding -> new CodeType(coding.getCode()))
                        .stream()
                        .toList());
    }

    /** {@code coded('system', 'code', 'display')}: always the same CodeableConcept. */
    static Expression coded(Arguments arguments) {
        arguments.count(3, 3);
        Coding coding = new Coding(arguments.text(0), arguments.text(1), arguments.text(2));
        return Expression.of(CodeableConcept.class, scope -> List.of(new CodeableConcept(coding.copy())));
    }

    /** Reads CE and its descendants: up to two codings, and the original text. */
    static Optional<CodeableConcept> fromTriples(V2Value value, Scope scope) {
        CodeableConcept concept = new CodeableConcept();
        for (int first : new int[] {1, 4}) {
            String code = value.part(first).text();
            if (!code.isEmpty()) {
                concept.addCoding(new Coding()
                        .setSystem(scope.namespaces()
                                .ofCodingSystem(value.part(first + 2).text()))
                        .setCode(code)
                        .setDisplay(textOrNull(value.part(first + 1))));
            }
        }
        concept.setText(firstText(value.part(9), value.part(2), value.part(5)));
        return concept.isEmpty() ? Optional.empty() : Optional.of(concept);
    }

    private static Expression translated(Source source, CodeTable table) {
        return Expression.each(
                CodeableConcept.class,
                source,
                (value, scope) -> table.translate(value, scope.findings())
                        .map(CodeableConcept::new)
                        .or(() -> fromCode(value, source.table(), scope)));
    }

    static Optional<CodeableConcept> fromCode(V2Value value, @Nullable String table, Scope scope) {
        String system = table == null ? scope.namespaces().ofCodingSystem("") : Namespaces.ofTable(table);
        return Optional.of(new CodeableConcept(new Coding().setSystem(system).setCode(value.text())));
    }

    private static @Nullable String firstText(V2Value... values) {
        for (V2Value value : values) {
            if (value.isValued()) {
                return value.text();
            }
        }
        return null;
    }

    private static @Nullable String textOrNull(V2Value value) {
        return value.isValued() ? value.text() : null;
    }
}
