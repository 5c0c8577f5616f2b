package health.salus.hl7v2;

import java.util.List;

/** Makes what takes messages in, for those feeds that share a way in. */
interface ReceiverFactory {

    /** Returns a receiver for these feeds; the first that takes a message gets it. */
    MessageReceiver receiver(List<MessageFeed> feeds);
}
