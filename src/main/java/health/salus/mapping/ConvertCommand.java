package health.salus.mapping;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;

/** {@code hl7v2 convert}: shows what a message becomes. */
@Command(
        name = "convert",
        description = "Prints the FHIR transaction that a message becomes, and the warnings where errors go.",
        mixinStandardHelpOptions = true)
final class ConvertCommand extends MappingCommand {

    @Parameters(paramLabel = "FILE", description = "an HL7 v2 message, - for the standard input")
    private Path file = Path.of("-");

    @Override
    int run(Mappings mappings) throws IOException {
        MappingResult result = mappings.map(read(file), options().feed());
        if (result instanceof Rejected rejected) {
            return rejected(rejected);
        }
        Mapped mapped = (Mapped) result;
        out().println(GoldenMessage.json(mapped));
        mapped.warnings().forEach(warning -> err().println("Warning: " + warning));
        mapped.unmappedCodes()
                .forEach(code -> err().println("No standard code for " + code.system() + "|" + code.code() + " "
                        + code.display() + " (" + code.count() + ")"));
        mapped.patientMerges()
                .forEach(merge -> err().println("Patient " + merge.retired().getValue() + " goes into patient "
                        + merge.surviving().getValue()));
        return DONE;
    }
}
