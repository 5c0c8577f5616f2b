package health.salus.hl7v2;

import health.salus.mapping.LiveMappings;
import health.salus.smart.Role;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import health.salus.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.server.ResponseStatusException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import static health.salus.hl7v2.PreviewedResource.Action.CREATE;
import static health.salus.hl7v2.PreviewedResource.Action.SKIP;
import static health.salus.hl7v2.PreviewedResource.Action.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a message would change is known before it changes anything. */
class MessagePreviewIT {

    private final TestServer server = TestServer.shared();
    private final String name = "PRV" + UUID.randomUUID().toString().substring(0, 8);
    private final SentMessages messages = new SentMessages(server, name);
    private final MessagePreviewApi api = server.bean(MessagePreviewApi.class);

    @Test
    void newResultWouldMakeEverythingItNames() {
        MessagePreview preview = preview(Laboratory.resultOf(name, name));

        assertThat(preview.state()).isEqualTo(MessageState.PROCESSED);
        assertThat(preview.resources()).extracting(PreviewedResource::action).containsOnly(CREATE);
        assertThat(resources(preview, "Observation").get(0).changes())
                .extracting(it -> it.path() + " " + it.after())
                .contains("/valueQuantity {\"value\":4.1,\"unit\":\"mmol/L\"}");
    }

    @Test
    void mergeWouldMoveWhatTheRetiredPatientHas() {
        messages.process(Laboratory.resultOf(name + "A", name + "1"), Laboratory.resultOf(name + "B", name + "2"));

        MessagePreview preview = preview(merge(name + "A", name + "B"));

        assertThat(preview.state()).isEqualTo(MessageState.PROCESSED);
        assertThat(resources(preview, "Patient"))
                .extracting(PreviewedResource::action)
                .contains(UPDATE, UPDATE);
        assertThat(resources(preview, "Observation"))
                .singleElement()
                .satisfies(it -> assertThat(it.action()).isEqualTo(UPDATE))
                .satisfies(it -> assertThat(it.changes())
                        .extracting(ChangedElement::path)
                        .containsExactly("/subject/reference"));
    }

    @Test
    void mergeOfMoreThanMayBeMovedIsPutAsideAndSaysTheLimit() {
        messages.process(Laboratory.resultOf(name + "A", name + "1"), Laboratory.resultOf(name + "B", name + "2"));
        MessagePreviews small = MessagePreviews.in(server.bean(JdbcClient.class), server.bean(Feeds.class), 2);

        MessagePreview preview = preview(small, merge(name + "A", name + "B"));

        assertThat(preview.state()).isEqualTo(MessageState.PARKED);
        assertThat(preview.reasons())
                .containsExactly("More than 2 resources (salus.hl7v2.max-moved-resources) name the patient of MRG-1");
        assertThat(preview(
                                MessagePreviews.in(server.bean(JdbcClient.class), server.bean(Feeds.class), 3),
                                merge(name + "A", name + "B"))
                        .state())
                .isEqualTo(MessageState.PROCESSED);
    }

    @Test
    void mergeIntoAPatientWhoIsNotThereSaysWhatCannotBeShown() {
        assertThat(preview(merge(name + "A", name + "B")).warnings())
                .anyMatch(it -> it.contains("what the merge would move is not shown"));
    }

    @Test
    void processedMessageWouldLeaveAllAsItIs() {
        messages.process(Laboratory.resultOf(name, name + "1"));
        long id = (Long) messages.row("1").get("id");

        MessagePreview preview = api.preview(admin(TenantId.DEFAULT), id, "current");

        assertThat(preview.changesSomething()).isFalse();
        assertThat(preview.resources())
                .extracting(PreviewedResource::action)
                .hasSizeGreaterThan(3)
                .containsOnly(SKIP);
        assertThatThrownBy(() -> api.preview(admin(new TenantId("north")), id, "current"))
                .isInstanceOfSatisfying(
                        ResponseStatusException.class,
                        it -> assertThat(it.getStatusCode()).isEqualTo(HttpStatus.NOT_FOUND));
    }

    @Test
    void originalMappingCanBeLookedAtAndReplayedAfterTheMappingHasChanged() throws Exception {
        String code = "K^Potassium^99" + name;
        messages.process(Laboratory.resultOf(name, name + "1").replace("K^Potassium^L", code));
        long id = (Long) messages.row("1").get("id");
        Object original = messages.row("1").get("mapping_version");
        Path file = Path.of(server.property("salus.hl7v2.mappings"), "conceptmaps", "lab.csv");
        try {
            Files.writeString(file, "v2,system,code,display\nK^99" + name + ",http://loinc.org,2823-3,Potassium\n");
            server.bean(LiveMappings.class).reload();

            assertThat(paths(api.preview(admin(TenantId.DEFAULT), id, "current")))
                    .contains("/code/coding/0/code");
            assertThat(api.preview(admin(TenantId.DEFAULT), id, "original").changesSomething())
                    .isFalse();

            server.bean(MessageApi.class).replay(admin(TenantId.DEFAULT), id, "original");
            messages.awaitDone("1");
            assertThat(messages.row("1")).containsEntry("mapping_version", original);
            server.bean(MessageApi.class).replay(admin(TenantId.DEFAULT), id, "current");
            messages.awaitDone("1");
            assertThat(messages.row("1").get("mapping_version")).isNotEqualTo(original);
        } finally {
            Files.deleteIfExists(file);
            server.bean(LiveMappings.class).reload();
        }
        assertThatThrownBy(() -> api.preview(admin(TenantId.DEFAULT), id, "latest"))
                .hasMessageContaining("mapping is current or original");
    }

    @Test
    void mappingThatWasNotKeptCannotBeReplayed() {
        messages.process(Laboratory.resultOf(name, name + "1"));
        long id = (Long) messages.row("1").get("id");
        server.bean(JdbcClient.class)
                .sql("UPDATE salus_hl7v2_message SET mapping_version = 'long ago' WHERE id = :id")
                .param("id", id)
                .update();

        assertThatThrownBy(() -> api.preview(admin(TenantId.DEFAULT), id, "original"))
                .hasMessageContaining("409");
        assertThatThrownBy(() -> server.bean(MessageApi.class).replay(admin(TenantId.DEFAULT), id, "original"))
                .hasMessageContaining("The original mapping of this message was not kept");
        assertThat(messages.row("1")).containsEntry("state", "PROCESSED");
    }

    private static List<String> paths(MessagePreview preview) {
        return preview.resources().stream()
                .flatMap(it -> it.changes().stream())
                .map(ChangedElement::path)
                .toList();
    }

    @Test
    void whatIsNoResultWouldBeParkedWithItsReason() {
        MessagePreview preview = preview(Laboratory.resultOf("", name));

        assertThat(preview.state()).isEqualTo(MessageState.PARKED);
        assertThat(preview.reasons()).isNotEmpty();
        assertThat(preview.resources()).isEmpty();
    }

    private MessagePreview preview(String message) {
        return preview(server.bean(MessagePreviews.class), message);
    }

    private MessagePreview preview(MessagePreviews previews, String message) {
        return previews.preview(
                new WaitingMessage(
                        Long.MAX_VALUE,
                        TenantId.DEFAULT,
                        "lab",
                        message.getBytes(StandardCharsets.UTF_8),
                        Instant.now(),
                        0,
                        null),
                server.bean(LiveMappings.class).current());
    }

    private static List<PreviewedResource> resources(MessagePreview preview, String type) {
        return preview.resources().stream()
                .filter(it -> it.resource().startsWith(type))
                .toList();
    }

    private static String merge(String survivor, String retired) {
        return "MSH|^~\\&|HIS|CITYLAB|SALUS|CITYHOSPITAL|202603011200||ADT^A40^ADT_A39|M1|P|2.5.1||||||UNICODE UTF-8\r"
                + "EVN||202603011200\r"
                + "PID|1||" + survivor + "^^^CITYHOSPITAL^MR||Muster^Max\r"
                + "MRG|" + retired + "^^^CITYHOSPITAL^MR\r";
    }

    private static SmartPrincipal admin(TenantId tenant) {
        return new SmartPrincipal(tenant, Role.ADMIN, null, null, Set.of(), "salus-ui", "admin");
    }
}
