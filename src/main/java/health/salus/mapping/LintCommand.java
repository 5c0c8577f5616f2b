package health.salus.mapping;

import picocli.CommandLine.Command;

/** {@code hl7v2 lint}: checks the rules as the server does when it starts. */
@Command(name = "lint", description = "Checks the mappings against HL7 v2 and FHIR.", mixinStandardHelpOptions = true)
final class LintCommand extends MappingCommand {

    @Override
    int run(Mappings mappings) {
        out().println("Mappings " + mappings.version() + " for " + String.join(", ", mappings.types()));
        return DONE;
    }
}
