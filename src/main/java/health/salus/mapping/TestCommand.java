package health.salus.mapping;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code hl7v2 test}: maps the messages beside the rules and compares what they become with what is expected. */
@Command(
        name = "test",
        description = "Maps every tests/**/in.hl7 of the folder and compares it with expected.json beside it.",
        mixinStandardHelpOptions = true)
final class TestCommand extends MappingCommand {

    @Option(names = "--accept", description = "write what the messages become now as what is expected")
    private boolean accept;

    @Override
    int run(Mappings mappings) throws IOException {
        List<GoldenMessage> messages = GoldenMessage.below(options().folder().resolve("tests"));
        int failures = 0;
        for (GoldenMessage message : messages) {
            if (accept) {
                message.accept(mappings);
            }
            Optional<String> difference = message.difference(mappings);
            difference.ifPresent(it -> out().println(message.message() + " differs: " + it));
            failures += difference.isPresent() ? 1 : 0;
        }
        out().println(messages.size() + " messages, " + failures + " differ");
        return failures == 0 && !messages.isEmpty() ? DONE : FAILED;
    }
}
