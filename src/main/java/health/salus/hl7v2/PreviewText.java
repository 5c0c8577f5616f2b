package health.salus.hl7v2;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Prints previews for people, and at the end what they sum up to. */
final class PreviewText {

    private static final int LONGEST = 200;

    private final PrintWriter out;
    private final Map<PreviewedResource.Action, Integer> actions = new EnumMap<>(PreviewedResource.Action.class);
    private int messages;
    private int changing;

    PreviewText(PrintWriter out) {
        this.out = out;
    }

    void print(MessageSummary message, MessagePreview preview) {
        messages++;
        changing += preview.changesSomething() ? 1 : 0;
        out.println("message " + message.id() + " " + message.type() + ": " + message.state() + " -> " + preview.state()
                + ", mapping " + message.mappingVersion() + " -> " + preview.mappingVersion());
        preview.reasons().forEach(it -> out.println("  reason: " + it));
        preview.warnings().forEach(it -> out.println("  warning: " + it));
        preview.resources().forEach(this::print);
    }

    private void print(PreviewedResource resource) {
        actions.merge(resource.action(), 1, Integer::sum);
        out.println("  " + resource.action().name().toLowerCase(Locale.ROOT) + " " + resource.resource());
        resource.changes()
                .forEach(it -> out.println("    " + it.path() + ": " + text(it.before()) + " -> " + text(it.after())));
    }

    /** Prints how many messages and resources would change. */
    void printSum() {
        out.println(messages + " messages, " + changing + " of them change something: "
                + count(PreviewedResource.Action.CREATE)
                + " resources to create, " + count(PreviewedResource.Action.UPDATE) + " to update, "
                + count(PreviewedResource.Action.SKIP) + " to leave as they are");
    }

    private int count(PreviewedResource.Action action) {
        return actions.getOrDefault(action, 0);
    }

    private static String text(@Nullable JsonNode value) {
        String text = value == null ? "nothing" : value.toString();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
