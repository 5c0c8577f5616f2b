package health.salus.hl7v2;

/** What a sender is told whose message has no mapping; it is kept in both cases. */
enum UnknownTypes {
    /** AR: this server does not process it. */
    REFUSE,
    /** AA: for senders that stop their whole feed after a refusal. */
    ACCEPT
}
