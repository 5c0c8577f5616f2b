package health.salus.hl7v2;

import health.salus.audit.AuditTarget;
import health.salus.audit.AuditUse;
import health.salus.audit.Disclosure;
import health.salus.fhir.StoredResources;
import health.salus.mapping.Mapped;
import health.salus.smart.SmartPrincipal;
import health.salus.tenant.TenantId;
import org.hl7.fhir.r4.model.Identifier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Lets the audit trail name the patients of a message that an answer shows, so that they learn who has read it. */
@RestControllerAdvice(assignableTypes = {MessageApi.class, MessagePreviewApi.class})
@ConditionalOnProperty(prefix = "salus.hl7v2", name = "enabled", matchIfMissing = true)
class MessageDisclosure implements ResponseBodyAdvice<Object> {

    private static final String PATIENT = "Patient";

    private final MessageRules rules;
    private final Feeds feeds;
    private final StoredResources resources;

    MessageDisclosure(MessageRules rules, Feeds feeds, StoredResources resources) {
        this.rules = rules;
        this.feeds = feeds;
        this.resources = resources;
    }

    @Override
    public boolean supports(MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
        return Set.of(MessageDetails.class, MessagePreview.class).contains(returned.getParameterType());
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returned,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (request instanceof ServletServerHttpRequest servlet) {
            if (body instanceof MessageDetails details) {
                caller().ifPresent(it ->
                        Disclosure.note(servlet.getServletRequest(), targets(patients(it.tenant(), details))));
            } else if (body instanceof MessagePreview preview) {
                Disclosure.note(servlet.getServletRequest(), targets(patients(preview)));
            }
        }
        return body;
    }

    /** Those whom the store knows by the numbers in the message, as the mappings in force read it. */
    private Set<String> patients(TenantId tenant, MessageDetails details) {
        List<Identifier> numbers = rules
                .of(null)
                .map(it ->
                        it.map(details.content(), feeds.source(details.message().feed())))
                .filter(Mapped.class::isInstance)
                .stream()
                .flatMap(it -> ((Mapped) it).transaction().getEntry().stream())
                .flatMap(it -> ConditionalEntry.of(it).stream())
                .filter(it -> it.type().equals(PATIENT))
                .map(ConditionalEntry::key)
                .toList();
        return numbers.isEmpty()
                ? Set.of()
                : resources.find(tenant, PATIENT, numbers).stream()
                        .map(it -> it.getIdElement().getIdPart())
                        .collect(Collectors.toSet());
    }

    /** Those among what a replay would be about. */
    private static Set<String> patients(MessagePreview preview) {
        return preview.resources().stream()
                .map(PreviewedResource::resource)
                .filter(it -> it.startsWith(PATIENT + "/"))
                .map(it -> it.substring(PATIENT.length() + 1))
                .collect(Collectors.toSet());
    }

    private static List<AuditTarget> targets(Set<String> patients) {
        return patients.stream()
                .map(it -> new AuditTarget(PATIENT, it, null, AuditUse.DISCLOSED, Set.of(it)))
                .toList();
    }

    private static Optional<SmartPrincipal> caller() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof SmartPrincipal caller
                ? Optional.of(caller)
                : Optional.empty();
    }
}
