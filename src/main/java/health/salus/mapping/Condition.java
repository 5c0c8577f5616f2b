package health.salus.mapping;

import java.util.function.Predicate;

/** Decides whether a rule applies to a group of segments. */
interface Condition extends Predicate<Scope> {

    Condition ALWAYS = scope -> true;

    default Condition combine(Condition next, boolean both) {
        return both ? scope -> test(scope) && next.test(scope) : scope -> test(scope) || next.test(scope);
    }
}
