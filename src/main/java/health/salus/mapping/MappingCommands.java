package health.salus.mapping;

import java.util.List;

/** The commands of {@code java -jar salus.jar hl7v2} that work with the rules alone. */
public final class MappingCommands {

    private MappingCommands() {}

    /**
     * Makes the commands lint, test, convert, explain and coverage.
     *
     * @return objects annotated for picocli, to be added to a group
     */
    public static List<Object> all() {
        return List.of(
                new LintCommand(),
                new TestCommand(),
                new ConvertCommand(),
                new ExplainCommand(),
                new CoverageCommand());
    }
}
