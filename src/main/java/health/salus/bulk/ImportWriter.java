package health.salus.bulk;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import health.salus.audit.AuditUnavailableException;
import health.salus.blob.BlobStoreUnavailableException;
import health.salus.fhir.IncomingJson;
import health.salus.fhir.ResourceWriter;
import health.salus.fhir.WriteOrigin;
import org.hl7.fhir.r4.model.Basic;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionOperations;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes lines of an import, many in one database transaction together with the note that they were dealt with. Where one of
 * them is refused, halves are tried, until it is alone; the others are none the worse for it.
 */
@Component
class ImportWriter {

    // HAPI says so of a reference to what is not there.
    private static final String NOT_THERE = "not found, specified in path";
    private static final String FAULT = "The server fails to write this line; its log says where";
    private static final int SERVER_FAULT = 500;
    private static final int PATIENCE = 2;

    private final IncomingJson reading;
    private final ResourceWriter writer;
    private final TransactionOperations transactions;
    private final JobAudit audit;

    ImportWriter(IncomingJson reading, ResourceWriter writer, TransactionOperations transactions, JobAudit audit) {
        this.reading = reading;
        this.writer = writer;
        this.transactions = transactions;
        this.audit = audit;
    }

    /** What becomes of lines, noted in the transaction in which it does. */
    interface Notes {

        /** These lines, in their order, have been written. */
        void written(List<ImportLine> lines);

        /** This line names a resource that is not there. */
        void waits(ImportLine line, String why);

        /** This line was refused. */
        void refused(ImportLine line, String why);

        /** All lines up to this one have been dealt with, and that is committed. */
        void reached(ImportLine line);
    }

    /**
     * Writes lines in their order.
     *
     * @throws RuntimeException if the database or the store does not answer; what was not noted was not written
     */
    void write(BulkJob job, ImportOrder order, List<ImportLine> lines, TypeOf types, Notes notes) {
        List<Parsed> good = new ArrayList<>();
        for (ImportLine line : lines) {
            Parsed parsed = parse(line, order, types);
            if (parsed.problem().isEmpty()) {
                good.add(parsed);
            } else {
                // In the order of the lines, since the note says how far all of them were dealt with.
                writeAll(job, good, notes);
                good.clear();
                transactions.executeWithoutResult(status -> notes.refused(line, parsed.problem()));
                notes.reached(line);
            }
        }
        writeAll(job, good, notes);
    }

    private void writeAll(BulkJob job, List<Parsed> lines, Notes notes) {
        if (lines.isEmpty()) {
            return;
        }
        try {
            transactions.executeWithoutResult(status -> {
                Bundle written = writer.transaction(origin(job), transaction(lines));
                notes.written(lines.stream().map(Parsed::line).toList());
                audit.imported(job, resources(lines), written);
            });
        } catch (RuntimeException fault) {
            if (!isRefusal(fault) && !mayBeTheLines(fault, job)) {
                throw fault;
            }
            divide(job, lines, notes, isRefusal(fault) ? String.valueOf(fault.getMessage()) : FAULT);
            return;
        }
        notes.reached(lines.get(lines.size() - 1).line());
    }

    private static boolean isRefusal(RuntimeException fault) {
        return fault instanceof DataFormatException
                || (fault instanceof BaseServerResponseException answer && answer.getStatusCode() < SERVER_FAULT);
    }

    /** Tells whether it is time to hold one of the lines to be at fault, and nothing that will be there again later. */
    private static boolean mayBeTheLines(RuntimeException fault, BulkJob job) {
        boolean passing = fault instanceof JobCancelled
                || fault instanceof BlobStoreUnavailableException
                || fault instanceof AuditUnavailableException
                || fault instanceof TransactionException
                || fault instanceof DataAccessException
                || (fault instanceof BaseServerResponseException answer && answer.getStatusCode() > SERVER_FAULT);
        return !passing && job.attempts() >= PATIENCE;
    }

    private void divide(BulkJob job, List<Parsed> lines, Notes notes, String why) {
        if (lines.size() > 1) {
            int half = lines.size() / 2;
            writeAll(job, again(lines.subList(0, half)), notes);
            writeAll(job, again(lines.subList(half, lines.size())), notes);
            return;
        }
        ImportLine line = lines.get(0).line();
        transactions.executeWithoutResult(status -> {
            if (why.contains(NOT_THERE)) {
                notes.waits(line, why);
            } else {
                notes.refused(line, why);
            }
        });
        notes.reached(line);
    }

    // HAPI has changed the objects of the attempt that failed.
    private static List<Parsed> again(List<Parsed> lines) {
        return lines.stream()
                .map(it -> new Parsed(it.line(), it.original(), it.original().copy(), ""))
                .toList();
    }

    private Parsed parse(ImportLine line, ImportOrder order, TypeOf types) {
        if (line.tooLong()) {
            return Parsed.refused(line, "The line is longer than this server takes (salus.bulk.longest-line)");
        }
        try {
            Resource resource = reading.read(line.content(), order.base());
            String type = types.of(line.input());
            if (!order.searches() && namesBySearch(resource)) {
                return Parsed.refused(line, "The scopes of the token do not allow references by a search");
            }
            return resource.fhirType().equals(type)
                    ? new Parsed(line, resource, resource.copy(), "")
                    : Parsed.refused(line, "The input was announced to hold " + type + " and nothing else");
        } catch (DataFormatException | BaseServerResponseException e) {
            return Parsed.refused(line, String.valueOf(e.getMessage()));
        } catch (RuntimeException unforeseen) {
            return Parsed.refused(line, "The line is no FHIR R4 resource");
        }
    }

    private static boolean namesBySearch(Resource resource) {
        return FhirContext.forR4Cached()
                .newTerser()
                .getAllPopulatedChildElementsOfType(resource, Reference.class)
                .stream()
                .anyMatch(it -> it.hasReference() && it.getReference().contains("?"));
    }

    private static Bundle transaction(List<Parsed> lines) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        for (Parsed line : lines) {
            Resource resource = line.resource();
            String id = resource.getIdElement().getIdPart();
            Bundle.BundleEntryComponent entry = transaction.addEntry().setResource(resource);
            if (id == null) {
                entry.getRequest().setMethod(HTTPVerb.POST).setUrl(resource.fhirType());
            } else {
                entry.getRequest().setMethod(HTTPVerb.PUT).setUrl(resource.fhirType() + "/" + id);
            }
        }
        return transaction;
    }

    // A client may correct whom a resource is about, and so may what it brings in bulk.
    private static WriteOrigin origin(BulkJob job) {
        return new WriteOrigin(job.owner().tenant(), "bulk-import").moving();
    }

    private static List<Resource> resources(List<Parsed> lines) {
        return lines.stream().map(Parsed::resource).toList();
    }

    /** The type that an input was announced to have. */
    interface TypeOf {
        String of(int input);
    }

    /**
     * A line as a resource.
     *
     * @param original as it was read
     * @param resource a copy to be written
     * @param problem  why it is none, or empty
     */
    private record Parsed(ImportLine line, Resource original, Resource resource, String problem) {

        static Parsed refused(ImportLine line, String problem) {
            return new Parsed(line, new Basic(), new Basic(), problem);
        }
    }
}
