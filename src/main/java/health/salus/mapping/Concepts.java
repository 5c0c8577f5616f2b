package health.salus.mapping;

import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Codes: those of the sender, kept with all their translations, and those translated by a table. */
final class Concepts {

    private static final Set<String> CODES = Set.of("ID", "IS");
    private static final Pattern HL7_TABLE = Pattern.compile("\\d{4}");
    private static final String ALTERNATE_CODES = "http://hl7.org/fhir/StructureDefinition/alternate-codes";
    private static final Set<String> STANDARDS = Set.of("http://loinc.org", "http://snomed.info/sct");

    private Concepts() {}

    /**
     * {@code concept(OBX-3)}, {@code concept(OBX-8, HL70078)}: a CodeableConcept, with the translation of a table before what
     * was sent. {@code concept(OBX-29, '0936')}: the HL7 table of a field that the dictionary does not know.
     */
    static Expression concept(Arguments arguments) {
        Source source = arguments.count(1, 2).source(0, Set.of("CE", "CWE", "CNE", "CF", "ID", "IS"));
        if (arguments.count() == 1) {
            return Expression.each(
                    CodeableConcept.class, source, (value, scope) -> asSent(value, source, source.table(), scope));
        }
        if (HL7_TABLE.matcher(arguments.text(1)).matches()) {
            String digits = arguments.text(1);
            return Expression.each(
                    CodeableConcept.class,
                    source,
                    (value, scope) -> isBare(value) ? fromCode(value, digits, scope) : fromTriples(value, scope));
        }
        return byTable(source, arguments.table(1));
    }

    /** What is a bare code in one version of HL7 is a coded element in a later one. */
    private static Optional<CodeableConcept> asSent(V2Value value, Source source, @Nullable String table, Scope scope) {
        return CODES.contains(source.dataType()) && isBare(value)
                ? fromCode(value, table, scope)
                : fromTriples(value, scope);
    }

    /** Reads ID or IS, where it has grown into a coded element as well. */
    static Optional<CodeableConcept> fromBare(V2Value value, Scope scope) {
        return isBare(value) ? fromCode(value, null, scope) : fromTriples(value, scope);
    }

    private static boolean isBare(V2Value value) {
        return value.place().isSubcomponent() || value.parts() == 1;
    }

    /**
     * {@code code(HL70085, OBX-11)}: a code, translated by a table, whose row {@code (empty)} counts for an empty field.
     * {@code code(HL70085, OBX-11, original)} keeps a code beside it that says more than the FHIR code does.
     */
    static Expression code(Arguments arguments) {
        CodeTable table = arguments.count(2, 3).table(0);
        Source source = arguments.source(1);
        boolean keep = arguments.flag(2, "original");
        Set<String> codes = table.codes().filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
        return new Expression(
                Set.of(CodeType.class),
                codes,
                scope -> source
                        .first(scope)
                        .map(value -> table.translate(value, scope.findings())
                                .map(coding ->
                                        coded(coding, value, keep && !table.isUsual(value.text()), source, scope)))
                        .orElseGet(() -> table.whenEmpty().map(coding -> new CodeType(coding.getCode())))
                        .stream()
                        .toList());
    }

    private static CodeType coded(Coding coding, V2Value value, boolean keep, Source source, Scope scope) {
        CodeType code = new CodeType(coding.getCode());
        if (keep) {
            asSent(value, source, source.table(), scope)
                    .ifPresent(original -> code.addExtension(new Extension(ALTERNATE_CODES, original)));
        }
        return code;
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
        concept.setText(firstText(value.part(9), value.part(2), value.part(5), value.part(11)));
        addCoding(concept, value, new int[] {1, 2, 3, 7, 14}, scope);
        addCoding(concept, value, new int[] {4, 5, 6, 8, 17}, scope);
        addCoding(concept, value, new int[] {10, 11, 12, 13, 20}, scope);
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
        if (concept.getCoding().stream().anyMatch(it -> it.hasCode() && STANDARDS.contains(it.getSystem()))) {
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
                        .filter(Coding::hasCode)
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

    /** Adds what stands in the components for code, name, system, version and the object identifier of the system. */
    private static void addCoding(CodeableConcept concept, V2Value value, int[] components, Scope scope) {
        String code = value.part(components[0]).text();
        String name = textOrNull(value.part(components[1]));
        String system = value.part(components[2]).text();
        if (!code.isEmpty()) {
            concept.addCoding(new Coding()
                    .setSystem(scope.namespaces()
                            .ofCodingSystem(system, value.part(components[4]).text()))
                    .setVersion(textOrNull(value.part(components[3])))
                    .setCode(code)
                    .setDisplay(name));
        } else if (name != null && !name.equals(concept.getText())) {
            // A name without a code beside another name is a translation all the same.
            concept.addCoding(new Coding()
                    .setSystem(system.isEmpty() ? null : scope.namespaces().ofCodingSystem(system))
                    .setDisplay(name));
        }
    }

    private static Expression byTable(Source source, CodeTable table) {
        String digits =
                table.number().or(() -> Optional.ofNullable(source.table())).orElse(null);
        return Expression.each(CodeableConcept.class, source, (value, scope) -> {
            Optional<CodeableConcept> sent = isBare(value) ? fromCode(value, digits, scope) : fromTriples(value, scope);
            return table.translate(value, scope.findings())
                    .map(coding -> translated(coding, sent))
                    .or(() -> sent);
        });
    }

    /** Puts a translation before what was sent, unless it is that. */
    private static CodeableConcept translated(Coding coding, Optional<CodeableConcept> sent) {
        CodeableConcept concept = sent.orElseGet(CodeableConcept::new);
        concept.getCoding()
                .removeIf(it -> Objects.equals(it.getSystem(), coding.getSystem())
                        && Objects.equals(it.getCode(), coding.getCode()));
        concept.getCoding().add(0, coding);
        return concept;
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
