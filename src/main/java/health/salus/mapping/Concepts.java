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
import java.util.stream.Stream;

/** Codes: those of the sender, kept with all their translations, and those translated by a table. */
final class Concepts {

    private static final Set<String> CODES = Set.of("ID", "IS");
    private static final Set<String> STANDARDS = Set.of("http://loinc.org", "http://snomed.info/sct");

    private Concepts() {}

    /** {@code concept(OBX-3)}, {@code concept(OBX-8, HL70078)}: a CodeableConcept, translated if a table is given. */
    static Expression concept(Arguments arguments) {
        Source source = arguments.count(1, 2).source(0, Set.of("CE", "CWE", "CNE", "CF", "ID", "IS"));
        if (arguments.count() == 2) {
            return byTable(source, arguments.table(1));
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
        addCoding(concept, value, new int[] {1, 2, 3, 7}, scope);
        addCoding(concept, value, new int[] {4, 5, 6, 8}, scope);
        addCoding(concept, value, new int[] {10, 11, 12, 13}, scope);
        concept.setText(firstText(value.part(9), value.part(2), value.part(5), value.part(11)));
        return concept.isEmpty() ? Optional.empty() : Optional.of(concept);
    }

    /** {@code translated(OBX-3)}: a CodeableConcept, in which the feed's concept map puts a standard code before local ones. */
    static Expression translated(Arguments arguments) {
        Source source = arguments.count(1, 1).source(0, Set.of("CE", "CWE", "CNE", "CF"));
        return Expression.each(
                CodeableConcept.class,
                source,
                (value, scope) -> fromTriples(value, scope).map(it -> withStandardCode(it, value, scope)));
    }

    private static CodeableConcept withStandardCode(CodeableConcept concept, V2Value value, Scope scope) {
        if (concept.getCoding().stream().anyMatch(it -> STANDARDS.contains(it.getSystem()))) {
            return concept;
        }
        Optional<Coding> standard = scope.run()
                .conceptMap()
                .flatMap(map -> Stream.of(1, 4, 10)
                        .filter(first -> value.part(first).isValued())
                        .flatMap(first -> map
                                .find(
                                        value.part(first).text(),
                                        value.part(first + 2).text())
                                .stream())
                        .findFirst());
        standard.ifPresentOrElse(
                it -> concept.getCoding().add(0, it),
                () -> concept.getCoding().stream()
                        .findFirst()
                        .ifPresent(it -> scope.findings().unmapped(value, it)));
        return concept;
    }

    /** {@code worded(AL1-5)}: a CodeableConcept of nothing but a text. */
    static Expression worded(Arguments arguments) {
        return Expression.each(
                CodeableConcept.class,
                arguments.count(1, 1).source(0),
                (value, scope) ->
                        Optional.of(new CodeableConcept().setText(value.whole().strip())));
    }

    /** {@code coding(HL70004, PV1-2)}: a Coding, translated by a table, whose row {@code (empty)} counts for an empty field. */
    static Expression coding(Arguments arguments) {
        CodeTable table = arguments.count(2, 2).table(0);
        Source source = arguments.source(1);
        return Expression.of(
                Coding.class,
                scope -> source
                        .first(scope)
                        .map(value -> table.translate(value, scope.findings()))
                        .orElseGet(table::whenEmpty)
                        .stream()
                        .toList());
    }

    /** Adds what stands in the components for code, name, system and version. */
    private static void addCoding(CodeableConcept concept, V2Value value, int[] components, Scope scope) {
        String code = value.part(components[0]).text();
        if (!code.isEmpty()) {
            String system = value.part(components[2]).text();
            concept.addCoding(new Coding()
                    .setSystem(scope.namespaces().ofCodingSystem(system))
                    .setVersion(textOrNull(value.part(components[3])))
                    .setCode(code)
                    .setDisplay(textOrNull(value.part(components[1]))));
        }
    }

    private static Expression byTable(Source source, CodeTable table) {
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
                return value.whole().strip();
            }
        }
        return null;
    }

    private static @Nullable String textOrNull(V2Value value) {
        return value.isValued() ? value.whole().strip() : null;
    }
}
