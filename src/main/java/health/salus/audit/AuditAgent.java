package health.salus.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Who did it. What is not known is null; nobody at all is {@link #NOBODY}.
 *
 * @param user      the issuer's name for the person or the program ({@code sub}), or the name typed at a login
 * @param role      code of the role, such as {@code practitioner}
 * @param fhirUser  the resource that stands for the person, {@code Practitioner/17}
 * @param client    the app, or the feed of a message
 * @param address   network address that the request came from
 * @param userAgent what the program calls itself, at most 200 characters
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditAgent(
        @Nullable String user,
        @Nullable String role,
        @Nullable String fhirUser,
        @Nullable String client,
        @Nullable String address,
        @Nullable String userAgent) {

    /** Nothing is known. */
    public static final AuditAgent NOBODY = new AuditAgent(null, null, null, null, null, null);

    /** Returns a program of this server, or a feed. */
    public static AuditAgent program(String name) {
        return new AuditAgent(null, "system", null, name, null, null);
    }

    /** Returns the same with other words for who it is. */
    public AuditAgent named(@Nullable String user, @Nullable String role, @Nullable String client) {
        return new AuditAgent(user, role, fhirUser, client, address, userAgent);
    }
}
