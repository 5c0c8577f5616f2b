package health.salus.searchparameter;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.SearchParameter;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.util.HashSet;
import java.util.Set;

/**
 * Notes, in the transaction that stores a search parameter, which resources have to be read again because of it. A parameter
 * that comes into use, changes what it finds, or goes out of use, each is such a change; a new description is none.
 */
@Interceptor
@Component
class SearchParameterChanges {

    private final SearchParameterRules rules;
    private final Reindexes reindexes;
    private final UsableSearchParameters parameters;
    private final FhirContext context;
    private final TransactionTemplate transactions;

    SearchParameterChanges(
            SearchParameterRules rules,
            Reindexes reindexes,
            UsableSearchParameters parameters,
            FhirContext context,
            PlatformTransactionManager transactions) {
        this.rules = rules;
        this.reindexes = reindexes;
        this.parameters = parameters;
        this.context = context;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** Refuses with 422 what cannot be searched by. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
    public void beforeCreate(IBaseResource resource) {
        if (resource instanceof SearchParameter parameter) {
            rules.require(parameter);
        }
    }

    /** Refuses with 422 what cannot be searched by. */
    @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
    public void beforeUpdate(@Nullable IBaseResource before, IBaseResource resource) {
        beforeCreate(resource);
    }

    /** Notes a new one; 422 if it has the name of another one, which may be in the same transaction. */
    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
    public void onCreate(IBaseResource resource) {
        onUpdate(null, resource);
    }

    /** Notes a change; 422 if it takes the name of another one. */
    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
    public void onUpdate(@Nullable IBaseResource before, IBaseResource resource) {
        if (resource instanceof SearchParameter parameter && isInUse(parameter)) {
            rules.requireAlone(parameter);
        }
        note(before, resource);
    }

    /** Notes that one is gone. */
    @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
    public void onDelete(IBaseResource resource) {
        if (resource instanceof SearchParameter parameter && isInUse(parameter)) {
            note(parameter, parameter.copy().setStatus(PublicationStatus.RETIRED));
        }
    }

    /** Notes those that an earlier version of the server has stored: it did not say whether it had indexed all. */
    void adopt() {
        transactions.executeWithoutResult(status -> reindexes.unnoted().forEach(stored -> {
            SearchParameter parameter = context.newJsonParser().parseResource(SearchParameter.class, stored.text());
            parameter.setId(stored.id());
            note(null, parameter);
        }));
    }

    private void note(@Nullable IBaseResource earlier, IBaseResource resource) {
        if (!(resource instanceof SearchParameter now)) {
            return;
        }
        SearchParameter before = earlier instanceof SearchParameter it ? it : new SearchParameter();
        Set<String> bases = isInUse(now) ? rules.bases(now) : Set.of();
        Set<String> types = new HashSet<>(bases);
        if (isInUse(before)) {
            types.addAll(rules.bases(before));
        }
        // What an earlier version of the server has taken may have neither.
        String code = now.hasCode() ? now.getCode() : before.getCode();
        String url = now.hasUrl() ? now.getUrl() : before.getUrl();
        if (code != null && !types.isEmpty() && !findsTheSame(before, now)) {
            reindexes.begin(now.getIdElement().getIdPart(), code, url == null ? "" : url, bases, types);
            followAfterCommit();
        }
    }

    // HAPI does so as well, but never again after a transaction with a search parameter was rolled back.
    private void followAfterCommit() {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                parameters.follow();
            }
        });
    }

    private static boolean isInUse(SearchParameter parameter) {
        return parameter.getStatus() == PublicationStatus.ACTIVE;
    }

    private static boolean findsTheSame(SearchParameter before, SearchParameter now) {
        return before.getStatus() == now.getStatus()
                && before.getType() == now.getType()
                && Base.compareDeep(before.getUrlElement(), now.getUrlElement(), true)
                && Base.compareDeep(before.getCodeElement(), now.getCodeElement(), true)
                && Base.compareDeep(before.getBase(), now.getBase(), true)
                && Base.compareDeep(before.getTarget(), now.getTarget(), true)
                && Base.compareDeep(before.getExpressionElement(), now.getExpressionElement(), true)
                && Base.compareDeep(before.getComponent(), now.getComponent(), true)
                && Base.compareDeep(before.getExtension(), now.getExtension(), true);
    }
}
