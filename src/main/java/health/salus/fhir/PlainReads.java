package health.salus.fhir;

import health.salus.tenant.SharedTypes;
import health.salus.tenant.Tenant;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import java.util.Optional;
import java.util.Set;

/**
 * Reads stored resources as the JSON that HAPI would answer, without making objects of them. Nobody is asked whether the
 * resource may be shown, so it is for callers from whom nothing of its type is kept.
 */
@Component
public class PlainReads {

    // A read of them is answered from elsewhere than the table of resources.
    private static final Set<String> APART = Set.of("AuditEvent", "Binary");

    private final Tenants tenants;
    private final VersionTable versions;
    private final StoredJson json;
    private final RequestPlaces places;
    private final String base;

    PlainReads(
            Tenants tenants,
            VersionTable versions,
            StoredJson json,
            RequestPlaces places,
            @Value("${salus.public-url}") String publicUrl) {
        this.tenants = tenants;
        this.versions = versions;
        this.json = json;
        this.places = places;
        this.base = publicUrl + FhirServletConfiguration.PATH;
    }

    /**
     * Reads a resource.
     *
     * @param type    a FHIR R4 resource type, or something else
     * @param id      the resource's id without its type
     * @param version which version, or null for the current one
     * @return nothing if HAPI has to answer: because there is none, it was deleted, the server has too much to do at once, or
     *     what is stored is not what is shown
     */
    public Optional<PlainRead> find(TenantId tenant, String type, String id, @Nullable Long version) {
        Optional<Tenant> owner = tenants.find(tenant);
        if (owner.isEmpty() || APART.contains(type) || SharedTypes.contains(type) || !places.take()) {
            return Optional.empty();
        }
        try {
            String number = version == null ? null : version.toString();
            return versions.find(owner.get().partition(), new IdType(type, id, number))
                    .flatMap(it -> read(it, tenant.equals(TenantId.DEFAULT) ? base : base + "/" + tenant));
        } finally {
            places.giveBack();
        }
    }

    private Optional<PlainRead> read(StoredVersion found, String tenantBase) {
        String address = tenantBase + "/" + found.type() + "/" + found.id() + "/_history/" + found.version();
        return json.splice(found, tenantBase)
                .map(text -> new PlainRead(found.type(), found.id(), found.version(), found.updated(), address, text));
    }
}
