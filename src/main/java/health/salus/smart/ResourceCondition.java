package health.salus.smart;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Which resources of a type somebody may see or change.
 *
 * <p>It is said once and read twice: of a resource at hand by {@link #holds}, and in the SQL of a search by {@link #write}.
 * What a search finds and what is shown can therefore not differ by a rule that was forgotten in one of them.
 */
sealed interface ResourceCondition {

    /** Holds of every resource. */
    ResourceCondition EVERYTHING = new AllOf(List.of());

    /** Holds of none. */
    ResourceCondition NOTHING = new AnyOf(List.of());

    /** Tells whether it holds of a resource. */
    boolean holds(ResourceFacts resource);

    /** Writes it as a condition of a search. */
    void write(ConditionSql sql);

    static ResourceCondition allOf(Collection<ResourceCondition> conditions) {
        List<ResourceCondition> limiting = conditions.stream()
                .filter(it -> !it.equals(EVERYTHING))
                .distinct()
                .toList();
        if (limiting.contains(NOTHING)) {
            return NOTHING;
        }
        return limiting.size() == 1 ? limiting.get(0) : new AllOf(limiting);
    }

    static ResourceCondition anyOf(Collection<ResourceCondition> conditions) {
        List<ResourceCondition> opening =
                conditions.stream().filter(it -> !it.equals(NOTHING)).distinct().toList();
        if (opening.contains(EVERYTHING)) {
            return EVERYTHING;
        }
        return opening.size() == 1 ? opening.get(0) : new AnyOf(opening);
    }

    static ResourceCondition not(ResourceCondition condition) {
        if (condition.equals(EVERYTHING)) {
            return NOTHING;
        }
        return condition.equals(NOTHING) ? EVERYTHING : new Not(condition);
    }

    /** Returns the conditions that must all hold, when this one says so of several. */
    default List<ResourceCondition> parts() {
        return this instanceof AllOf all ? all.conditions() : List.of(this);
    }

    /** Tells whether it goes by nothing but whom a resource is about, so that it holds of all that is about the same. */
    default boolean isByPatient() {
        return parts().stream()
                .allMatch(it -> it instanceof InRecords || (it instanceof Not no && no.condition() instanceof About));
    }

    default boolean isEverything() {
        return equals(EVERYTHING);
    }

    default boolean isNothing() {
        return equals(NOTHING);
    }

    /** All of these hold. */
    record AllOf(List<ResourceCondition> conditions) implements ResourceCondition {
        public AllOf {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(ResourceFacts resource) {
            return conditions.stream().allMatch(it -> it.holds(resource));
        }

        @Override
        public void write(ConditionSql sql) {
            sql.join(conditions, " AND ", "TRUE");
        }
    }

    /** One of these holds. */
    record AnyOf(List<ResourceCondition> conditions) implements ResourceCondition {
        public AnyOf {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(ResourceFacts resource) {
            return conditions.stream().anyMatch(it -> it.holds(resource));
        }

        @Override
        public void write(ConditionSql sql) {
            sql.join(conditions, " OR ", "FALSE");
        }
    }

    /** This does not hold. */
    record Not(ResourceCondition condition) implements ResourceCondition {
        @Override
        public boolean holds(ResourceFacts resource) {
            return !condition.holds(resource);
        }

        @Override
        public void write(ConditionSql sql) {
            sql.not(condition);
        }
    }

    /** It is one of these patients, is about nobody else, or is the same to everybody. */
    record InRecords(Set<String> patients) implements ResourceCondition {
        public InRecords {
            patients = Set.copyOf(patients);
        }

        @Override
        public boolean holds(ResourceFacts resource) {
            return resource.isInRecords(patients);
        }

        @Override
        public void write(ConditionSql sql) {
            sql.inRecords(patients);
        }
    }

    /** It is one of these patients, or is about one of them, whoever else it may be about. */
    record About(Set<String> patients) implements ResourceCondition {
        public About {
            patients = Set.copyOf(patients);
        }

        @Override
        public boolean holds(ResourceFacts resource) {
            return resource.isAbout(patients);
        }

        @Override
        public void write(ConditionSql sql) {
            sql.about(patients);
        }
    }

    /** A search parameter finds it by this code. */
    record HasToken(String parameter, ScopeFilter.Token token) implements ResourceCondition {
        @Override
        public boolean holds(ResourceFacts resource) {
            return resource.hasToken(parameter, token);
        }

        @Override
        public void write(ConditionSql sql) {
            sql.hasToken(parameter, token);
        }
    }

    /** It bears this security label. */
    record HasLabel(ScopeFilter.Token label) implements ResourceCondition {
        @Override
        public boolean holds(ResourceFacts resource) {
            return resource.hasLabel(label);
        }

        @Override
        public void write(ConditionSql sql) {
            sql.hasToken("_security", label);
        }
    }

    /** It is one of these, each as {@code Observation/17}. */
    record OneOf(Set<String> references) implements ResourceCondition {
        public OneOf {
            references = Set.copyOf(references);
        }

        @Override
        public boolean holds(ResourceFacts resource) {
            return references.contains(resource.reference());
        }

        @Override
        public void write(ConditionSql sql) {
            sql.oneOf(references);
        }
    }
}
