package health.salus.graphql;

import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;

/** What fields can be asked of. */
sealed interface Shape {

    /** All that is stored: resources are read and searched. */
    record Store() implements Shape {}

    /** A resource of one type. */
    record OfType(String type) implements Shape {}

    /** A resource of any type, which only fragments can tell apart. */
    record OfAnyType() implements Shape {}

    /** An element with parts. */
    record Complex(BaseRuntimeElementCompositeDefinition<?> definition) implements Shape {}

    /** What a primitive value has beside it: its id and its extensions. */
    record BesidePrimitive() implements Shape {}

    /** A page of a search. */
    record Connection(String type) implements Shape {}

    /** A match of a search. */
    record Edge(String type) implements Shape {}

    /** A value without parts. */
    record Plain() implements Shape {}
}
