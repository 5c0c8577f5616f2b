package health.salus.mapping;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** {@code hl7v2 coverage}: lists what of messages no rule reads. */
@Command(
        name = "coverage",
        description =
                "Lists the fields that messages have and no rule reads, with how often they were sent and not read.",
        mixinStandardHelpOptions = true)
final class CoverageCommand extends MappingCommand {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "HL7 v2 messages, or folders of them")
    private List<Path> files = List.of();

    @Override
    int run(Mappings mappings) throws IOException {
        Coverage coverage = new Coverage();
        for (Path file : files) {
            try (Stream<Path> below = Files.walk(file)) {
                for (Path message : below.filter(Files::isRegularFile).sorted().toList()) {
                    coverage.add(
                            mappings, Files.readAllBytes(message), options().feed());
                }
            }
        }
        out().printf("%d messages mapped, %d rejected%n", coverage.mapped(), coverage.rejected());
        coverage.reasons().forEach((reason, count) -> out().printf("%6d  rejected: %s%n", count, reason));
        coverage.fields().forEach((field, count) -> {
            if (count.unread() > 0) {
                out().printf("%6d of %d  %s%n", count.unread(), count.sent(), field);
            }
        });
        coverage.unmappedCodes()
                .forEach((code, count) -> out().printf("%6d  without a standard code: %s%n", count, code));
        return coverage.mapped() > 0 ? DONE : FAILED;
    }
}
