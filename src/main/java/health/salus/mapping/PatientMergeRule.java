package health.salus.mapping;

import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Identifier;

import java.util.List;
import java.util.Set;

/**
 * How a message says that two patients are one.
 *
 * @param group     says so once for each such group
 * @param surviving the identifier of the patient who stays
 * @param retired   the identifier of the patient who goes
 */
record PatientMergeRule(GroupRule group, Expression surviving, Expression retired) {

    /** Reads {@code merge-patients}, or throws {@link MappingSyntaxException}. */
    static PatientMergeRule read(YamlNode node, Vocabulary vocabulary) {
        node.entries(Set.of("per", "surviving", "retired"));
        GroupRule group = vocabulary.group(node.required("per"));
        return new PatientMergeRule(
                group,
                identifier(node.required("surviving"), group, vocabulary),
                identifier(node.required("retired"), group, vocabulary));
    }

    private static Expression identifier(YamlNode node, GroupRule group, Vocabulary vocabulary) {
        Expression expression = ExpressionParser.expression(vocabulary, group, node);
        if (!expression.types().equals(Set.of(Identifier.class))) {
            throw node.error("a patient is named by identifier()");
        }
        return expression;
    }

    /** Returns the merges of a message; a patient who would be merged with themselves is noted as a warning. */
    List<PatientMerge> apply(SegmentGroup message, MappingRun run) {
        return message.within(group)
                .map(it -> new Scope(it, run))
                .flatMap(scope -> first(surviving, scope).stream()
                        .flatMap(stays -> first(retired, scope).stream().map(goes -> new PatientMerge(stays, goes))))
                .filter(merge -> differs(merge, run.findings()))
                .toList();
    }

    private static List<Identifier> first(Expression expression, Scope scope) {
        List<? extends Base> values = expression.values(scope);
        return values.isEmpty() ? List.of() : List.of((Identifier) values.get(0));
    }

    private static boolean differs(PatientMerge merge, Findings findings) {
        boolean differs = !merge.surviving().getSystem().equals(merge.retired().getSystem())
                || !merge.surviving().getValue().equals(merge.retired().getValue());
        if (!differs) {
            findings.warn("MRG-1 names the patient of PID-3; there is nothing to merge");
        }
        return differs;
    }
}
