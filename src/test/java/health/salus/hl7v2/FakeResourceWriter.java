package health.salus.hl7v2;

import health.salus.fhir.ResourceWriter;
import health.salus.fhir.WriteOrigin;
import org.hl7.fhir.r4.model.Bundle;

import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A FHIR store that remembers what it was given and fails when it is told to. */
final class FakeResourceWriter implements ResourceWriter {

    /** The control ids of the messages that were written, in order. */
    final List<String> written = new CopyOnWriteArrayList<>();

    final List<WriteOrigin> origins = new CopyOnWriteArrayList<>();
    /** What is to happen before a message is written, given its control id. */
    volatile Consumer<String> before = controlId -> {};

    /** The last transaction that was written. */
    volatile Bundle last = new Bundle();

    private final Queue<Runnable> faults = new ConcurrentLinkedQueue<>();

    /** Makes the next transaction fail. */
    void failOnce(Supplier<RuntimeException> fault) {
        faults.add(() -> {
            throw fault.get();
        });
    }

    /** Makes the next transaction fail with an error, as when memory runs out. */
    void failOnceWith(Error error) {
        faults.add(() -> {
            throw error;
        });
    }

    @Override
    public Bundle transaction(WriteOrigin origin, Bundle transaction) {
        Runnable fault = faults.poll();
        if (fault != null) {
            fault.run();
        }
        origins.add(origin);
        String source = transaction.getEntryFirstRep().getResource().getMeta().getSource();
        String controlId = source.substring(source.lastIndexOf(':') + 1);
        before.accept(controlId);
        last = transaction;
        written.add(controlId);
        Bundle response = new Bundle();
        transaction
                .getEntry()
                .forEach(entry -> response.addEntry()
                        .getResponse()
                        .setStatus("201 Created")
                        .setLocation(entry.getResource().fhirType() + "/" + UUID.randomUUID() + "/_history/1"));
        return response;
    }
}
