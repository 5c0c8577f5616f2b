package health.salus.fhir;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.dao.IJpaStorageResourceParser;
import ca.uhn.fhir.jpa.partition.IRequestPartitionHelperSvc;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import java.util.List;
import java.util.Optional;

/**
 * Reads one resource by its id with a single query, without a database transaction and without Hibernate, which takes HAPI
 * three queries and most of the time of a read.
 *
 * <p>Everything else about the read is HAPI's: how stored text becomes a resource, who may see it, and what the answer
 * looks like. Whoever decides or records something sees the resource; only then is it written out of the stored text
 * ({@link StoredAnswer}).
 */
@Component
class ResourceReads {

    private final VersionTable versions;
    private final IJpaStorageResourceParser parser;
    private final IRequestPartitionHelperSvc partitions;
    private final ShownResources shown;
    private final StoredJson json;

    ResourceReads(
            VersionTable versions,
            IJpaStorageResourceParser parser,
            IRequestPartitionHelperSvc partitions,
            ShownResources shown,
            StoredJson json) {
        this.versions = versions;
        this.parser = parser;
        this.partitions = partitions;
        this.shown = shown;
        this.json = json;
    }

    /**
     * Reads the resource, or the version of it that the id names.
     *
     * @return the resource as HAPI would give it, or nothing if HAPI has to answer: because there is none, it was deleted,
     *     the caller may not see it, or something is out of the ordinary
     */
    Optional<IBaseResource> read(Class<? extends IBaseResource> type, IIdType id, RequestDetails request) {
        if (!(request instanceof ServletRequestDetails)
                // What this transaction has written may not be in the tables yet.
                || TransactionSynchronizationManager.isActualTransactionActive()
                || !isPlain(id)) {
            return Optional.empty();
        }
        RequestPartitionId partition =
                partitions.determineReadPartitionForRequestForRead(request, id.getResourceType(), id);
        if (!partition.hasPartitionIds() || partition.getPartitionIds().size() != 1) {
            return Optional.empty();
        }
        return versions.find(partition.getPartitionIds().get(0), id)
                .map(stored -> parse(stored, type, request))
                .flatMap(resource ->
                        shown.of(List.of(resource), request).stream().findFirst());
    }

    private IBaseResource parse(StoredVersion version, Class<? extends IBaseResource> type, RequestDetails request) {
        Resource resource = (Resource) parser.toResource(request, type, version.entity(), List.of(), false);
        StoredAnswer.keep(resource, base -> json.splice(version, base));
        return resource;
    }

    private static boolean isPlain(IIdType id) {
        return id.hasResourceType() && id.hasIdPart() && (!id.hasVersionIdPart() || id.isVersionIdPartValidLong());
    }
}
