package health.salus.mapping;

import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** {@code hl7v2 explain}: says of every element which rule set it and what of the message it was made of. */
@Command(
        name = "explain",
        description = "Names for each FHIR element the rule that set it and what it read of the message.",
        mixinStandardHelpOptions = true)
final class ExplainCommand extends MappingCommand {

    @Parameters(paramLabel = "FILE", description = "an HL7 v2 message, - for the standard input")
    private Path file = Path.of("-");

    @Override
    int run(Mappings mappings) throws IOException {
        Trace trace = Trace.on();
        MappingResult result = mappings.map(read(file), options().feed(), trace);
        if (result instanceof Rejected rejected) {
            return rejected(rejected);
        }
        int number = 0;
        for (BundleEntryComponent entry : ((Mapped) result).transaction().getEntry()) {
            number++;
            out().printf(
                            "%s, entry %d (%s %s)%n",
                            entry.getResource().fhirType(),
                            number,
                            entry.getRequest().getMethod(),
                            entry.getRequest().getUrl());
            trace.steps().stream()
                    .filter(step -> step.resource().equals(entry.getFullUrl()))
                    .forEach(this::print);
        }
        return DONE;
    }

    private void print(Trace.Step step) {
        String read = step.read().stream().map(V2Place::toString).collect(Collectors.joining(", "));
        out().printf("  %-45s %-30s %s%n", step.element(), step.rule(), read.isEmpty() ? "(fixed)" : read);
    }
}
