package health.salus.mapping;

/** Is told which values of a message the rules read. */
interface Readings {

    /** Nobody wants to know. */
    Readings UNHEARD = place -> {};

    void read(V2Place place);
}
