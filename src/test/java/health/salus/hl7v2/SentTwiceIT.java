package health.salus.hl7v2;

import health.salus.fhir.StoredResources;
import health.salus.tenant.TenantId;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever kind of message comes again, nothing in the store gets another version and nothing is there twice. */
class SentTwiceIT {

    private final TestServer server = TestServer.shared();
    private final StoredResources resources = server.bean(StoredResources.class);
    private final String name = "TW" + UUID.randomUUID().toString().substring(0, 8);
    private final SentMessages messages = new SentMessages(server, name);

    /** The messages that stand beside the rules, of each kind at least one. */
    static List<Path> messages() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("hl7-mappings/tests"))) {
            return files.filter(it -> it.endsWith("expected.json"))
                    .map(it -> it.resolveSibling("in.hl7"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messageThatComesAgainChangesNothing(Path file) throws IOException {
        messages.process(message(file, "1"));
        List<String> written = written("1");
        assertThat(messages.row("1")).containsEntry("state", "PROCESSED");
        assertThat(written).isNotEmpty().doesNotHaveDuplicates();

        messages.replay("1");
        assertThat(messages.row("1")).containsEntry("state", "PROCESSED");
        assertThat(written("1")).isEqualTo(written);

        // As interface engines do it: the same content under a control id of its own.
        messages.process(message(file, "2"));
        assertThat(messages.row("2")).containsEntry("state", "PROCESSED");
        assertThat(written("2")).isEqualTo(written);
    }

    /** The message as a sender of its own sends it, whose numbers are nobody else's. */
    private String message(Path file, String number) throws IOException {
        String[] header = Files.readString(file).replace("\r\n", "\n").split("\n", 2);
        String[] fields = header[0].split("\\|", -1);
        fields[3] = name;
        fields[9] = name + number;
        String oid = String.valueOf(Integer.parseUnsignedInt(name.substring(2), 16) & 0x7fffffff);
        return (String.join("|", fields) + "\n" + header[1].replace("&ISO", "." + oid + "&ISO")).replace('\n', '\r');
    }

    /** All that the message is about, each with its version, as its Provenance has it. */
    private List<String> written(String number) {
        String id = MessageProvenance.id(
                        TenantId.DEFAULT, (Long) messages.row(number).get("id"))
                .toString();
        Provenance provenance =
                (Provenance) resources.read(TenantId.DEFAULT, "Provenance", id).orElseThrow();
        return provenance.getTarget().stream()
                .map(Reference::getReferenceElement)
                .map(it -> resources
                        .read(TenantId.DEFAULT, it.getResourceType(), it.getIdPart())
                        .orElseThrow())
                .map(SentTwiceIT::version)
                .sorted()
                .toList();
    }

    private static String version(Resource resource) {
        return resource.fhirType() + "/" + resource.getIdPart() + "/"
                + resource.getMeta().getVersionId();
    }
}
