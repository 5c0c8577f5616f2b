package health.salus.blob;

import health.salus.tenant.TenantId;
import org.apache.tika.mime.MediaType;
import org.springframework.stereotype.Component;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decides which content may come in, by the type that the client declares and by the first bytes. Nothing else of the server
 * asks what content is; whoever brings some to {@link Blobs} asks here first.
 */
@Component
public class ContentTypes {

    private static final int HEAD = 8 * 1024;

    private final TypeSettings settings;
    private final TypeSniffer sniffer = new TypeSniffer();

    ContentTypes(BlobSettings settings) {
        this.settings = settings.types();
    }

    /**
     * Refuses a type before any content of it is sent.
     *
     * @param category the resource type that will carry the content, such as {@code Binary}
     * @param declared a media type, parameters may follow
     * @throws ContentRefusedException if it is not allowed
     */
    public void require(TenantId tenant, String category, String declared) {
        MediaType type = TypeSniffer.parse(declared)
                .orElseThrow(() -> ContentRefusedException.of("The declared content type is no media type"));
        if (!isAllowed(tenant, category, type) && !isAllowed(tenant, category, sniffer.normalized(type))) {
            throw notAllowed(category, type);
        }
    }

    /**
     * Refuses content in memory that is not of the declared type, or of a type that is not allowed.
     *
     * @param content all of it; only its beginning is looked at
     * @throws ContentRefusedException with a sentence for the client
     */
    public void require(TenantId tenant, String category, String declared, byte[] content) {
        require(tenant, category, declared, content, Math.min(content.length, HEAD));
    }

    /**
     * Does the same with content that is streamed.
     *
     * @return the content from its first byte, in place of the given stream
     * @throws IOException if the beginning cannot be read
     */
    public InputStream require(TenantId tenant, String category, String declared, InputStream content)
            throws IOException {
        // Before a byte is read: who is refused anyhow need not send it.
        require(tenant, category, declared);
        byte[] head = content.readNBytes(HEAD);
        require(tenant, category, declared, head, head.length);
        return new SequenceInputStream(new ByteArrayInputStream(head), content);
    }

    private void require(TenantId tenant, String category, String declared, byte[] content, int length) {
        require(tenant, category, declared);
        MediaType type = TypeSniffer.parse(declared).orElseThrow();
        Optional<MediaType> found = sniffer.sniff(content, length);
        if (found.isEmpty()) {
            if (!sniffer.mayLackSignature(type, content, length)) {
                throw ContentRefusedException.of("Content of " + category + " is declared as " + type.getBaseType()
                        + " but does not begin like it; declare what it is");
            }
            return;
        }
        if (!sniffer.agree(type, found.get(), content, length)) {
            throw ContentRefusedException.of("Content of " + category + " is declared as " + type.getBaseType()
                    + " but looks like " + found.get() + "; declare what it is");
        }
        if (sniffer.isMoreThan(type, found.get()) && !isAllowed(tenant, category, found.get())) {
            throw notAllowed(category, found.get());
        }
    }

    private boolean isAllowed(TenantId tenant, String category, MediaType type) {
        String name = type.getBaseType().toString();
        return settings.listFor(tenant, category).stream().anyMatch(it -> matches(it, name));
    }

    private static boolean matches(String pattern, String name) {
        String[] literals = pattern.strip().toLowerCase(Locale.ROOT).split("\\*", -1);
        StringBuilder expression = new StringBuilder(Pattern.quote(literals[0]));
        for (int i = 1; i < literals.length; i++) {
            expression.append(".*").append(Pattern.quote(literals[i]));
        }
        return name.matches(expression.toString());
    }

    private static ContentRefusedException notAllowed(String category, MediaType type) {
        return ContentRefusedException.of("Content of the type " + type.getBaseType() + " is not allowed in " + category
                + " on this server (salus.blob.types)");
    }
}
