package health.salus.hl7v2;

import java.util.OptionalLong;

/**
 * What the store says about a message it was given.
 *
 * @param added   whether the message is new; false if the very same was there
 * @param reply   what to answer: the same as the first time if the message was there
 * @param waiting the number of the message while it is still to be processed
 */
record Receipt(boolean added, Reply reply, OptionalLong waiting) {}
