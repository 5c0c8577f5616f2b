package health.salus.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.svc.ResolveIdentityMode;
import ca.uhn.fhir.jpa.dao.index.IdHelperService;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.jpa.model.cross.IResourceLookup;
import ca.uhn.fhir.jpa.model.cross.JpaResourceLookup;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.model.entity.PartitionablePartitionId;
import ca.uhn.fhir.jpa.model.entity.ResourceTable;
import ca.uhn.fhir.jpa.util.MemoryCacheService;
import ca.uhn.fhir.jpa.util.MemoryCacheService.CacheEnum;
import ca.uhn.fhir.jpa.util.MemoryCacheService.ForcedIdCacheKey;
import jakarta.persistence.EntityManager;
import org.hibernate.query.NativeQuery;
import org.hibernate.type.StandardBasicTypes;
import org.hl7.fhir.instance.model.api.IIdType;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the rows of resources by their ids, as HAPI does, which every reference of what is written and searched needs. HAPI builds
 * the query anew each time, and Hibernate translates it anew: a sixth of a create. This asks with one statement that never changes.
 */
@Primary
@Component
class ResourceIdentities extends IdHelperService {

    private static final String ROWS = """
            SELECT r.res_id AS id, r.res_type AS type, r.fhir_id AS name, r.res_deleted_at AS deleted
            FROM hfj_resource r
            JOIN unnest(CAST(:types AS text[]), CAST(:names AS text[])) AS wanted (type, name)
              ON r.res_type = wanted.type AND r.fhir_id = wanted.name
            WHERE r.partition_id = :partition""";

    private final FhirContext context;
    private final JpaStorageSettings settings;
    private final MemoryCacheService memory;
    private final IHapiTransactionService transactions;
    private final EntityManager entities;

    ResourceIdentities(
            FhirContext context,
            JpaStorageSettings settings,
            MemoryCacheService memory,
            IHapiTransactionService transactions,
            EntityManager entities) {
        this.context = context;
        this.settings = settings;
        this.memory = memory;
        this.transactions = transactions;
        this.entities = entities;
    }

    @Override
    public Map<IIdType, IResourceLookup<JpaPid>> resolveResourceIdentities(
            RequestPartitionId partitions, Collection<IIdType> ids, ResolveIdentityMode mode) {
        RequestPartitionId place = replaceDefault(partitions);
        if (mode.isFailOnDeleted() || !isOne(place) || !ids.stream().allMatch(ResourceIdentities::isWhole)) {
            return super.resolveResourceIdentities(partitions, ids, mode);
        }
        Map<IIdType, IResourceLookup<JpaPid>> found = new HashMap<>();
        List<IIdType> unknown = new ArrayList<>();
        for (IIdType id : ids) {
            List<IResourceLookup<JpaPid>> known = mode.isUseCache(settings.isDeleteEnabled())
                    ? memory.getIfPresent(CacheEnum.RESOURCE_LOOKUP_BY_FORCED_ID, key(id, place))
                    : null;
            if (known == null || known.isEmpty()) {
                unknown.add(id);
            } else {
                known.forEach(it -> add(it, mode, found));
            }
        }
        if (!unknown.isEmpty()) {
            transactions
                    .withSystemRequest()
                    .withRequestPartitionId(place)
                    .execute(() -> rows(unknown, place))
                    .forEach(row -> add(row, mode, found));
        }
        return found;
    }

    // HAPI understands what has no type, and refuses what has no id.
    private static boolean isWhole(IIdType id) {
        return id.hasIdPart() && id.hasResourceType();
    }

    private static boolean isOne(RequestPartitionId place) {
        return place.hasPartitionIds()
                && place.getPartitionIds().size() == 1
                && place.getPartitionIds().get(0) != null;
    }

    private void add(
            IResourceLookup<JpaPid> row, ResolveIdentityMode mode, Map<IIdType, IResourceLookup<JpaPid>> found) {
        if (mode.isIncludeDeleted() || row.getDeleted() == null) {
            IIdType id = context.getVersion().newIdType(row.getResourceType(), row.getFhirId());
            row.getPersistentId().setAssociatedResourceId(id);
            found.put(id, row);
        }
    }

    private List<IResourceLookup<JpaPid>> rows(List<IIdType> ids, RequestPartitionId place) {
        List<IIdType> wanted =
                ids.stream().map(IIdType::toUnqualifiedVersionless).distinct().toList();
        // Hibernate first writes what it holds back of this table, as before a query of its own.
        NativeQuery<?> query = entities.createNativeQuery(ROWS)
                .unwrap(NativeQuery.class)
                .addSynchronizedEntityClass(ResourceTable.class)
                .addScalar("id", StandardBasicTypes.LONG)
                .addScalar("type", StandardBasicTypes.STRING)
                .addScalar("name", StandardBasicTypes.STRING)
                .addScalar("deleted", StandardBasicTypes.TIMESTAMP);
        query.setParameter(
                "types", wanted.stream().map(IIdType::getResourceType).toArray(String[]::new));
        query.setParameter("names", wanted.stream().map(IIdType::getIdPart).toArray(String[]::new));
        query.setParameter("partition", place.getPartitionIds().get(0));
        return query.getResultList().stream()
                .map(row -> remembered((Object[]) row, place))
                .toList();
    }

    private IResourceLookup<JpaPid> remembered(Object[] row, RequestPartitionId place) {
        PartitionablePartitionId partition =
                PartitionablePartitionId.with(place.getPartitionIds().get(0), null);
        IResourceLookup<JpaPid> lookup =
                new JpaResourceLookup((String) row[1], (String) row[2], (Long) row[0], (Date) row[3], partition);
        memory.putAfterCommit(
                CacheEnum.RESOURCE_LOOKUP_BY_FORCED_ID,
                new ForcedIdCacheKey(lookup.getResourceType(), lookup.getFhirId(), place),
                List.of(lookup));
        return lookup;
    }

    private static ForcedIdCacheKey key(IIdType id, RequestPartitionId place) {
        return new ForcedIdCacheKey(id.getResourceType(), id.getIdPart(), place);
    }
}
