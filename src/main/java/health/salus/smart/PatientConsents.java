package health.salus.smart;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.TokenParam;
import health.salus.tenant.AccessState;
import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What the patients of a tenant permit and deny. The active Consents of a tenant are kept in memory until one of them is
 * written; the tenant counts the writes.
 */
@Component
class PatientConsents {

    private static final int ALL = 10_000_000;
    private static final int MOST_KEPT = 1_000;
    private static final String PRIVACY = "patient-privacy";

    // Periods of provisions begin and end within this time of their moment.
    private static final Duration STEP = Duration.ofSeconds(10);

    // Only there together with the FHIR API.
    private final ObjectProvider<DaoRegistry> resources;
    private final Tenants tenants;
    private final Map<TenantId, Loaded> loaded = new ConcurrentHashMap<>();

    PatientConsents(ObjectProvider<DaoRegistry> resources, Tenants tenants) {
        this.resources = resources;
        this.tenants = tenants;
    }

    /**
     * Returns what is kept from a caller by the patients' word.
     *
     * @param opened the patients whose records an emergency has opened, whatever they have said
     */
    ResourceCondition kept(TenantId tenant, AccessState state, ConsentCaller caller, Set<String> opened, String type) {
        Loaded consents = consents(tenant, state.consents());
        long now = Instant.now().getEpochSecond() / STEP.toSeconds();
        if (consents.answers().size() >= MOST_KEPT) {
            consents.answers().clear();
        }
        return consents.answers()
                .computeIfAbsent(
                        new Question(caller, opened, type, state.policy().deniedUnlessPermitted(), now),
                        question -> answer(question, consents.consents()));
    }

    private static ResourceCondition answer(Question question, List<Consent> consents) {
        Date now = Date.from(Instant.ofEpochSecond(question.step() * STEP.toSeconds()));
        Function<Consent, ConsentStatement> said =
                consent -> new ConsentStatement(consent, question.type(), question.caller(), now);
        ResourceCondition denied = byPatient(
                consents,
                consent -> question.opened().contains(patient(consent))
                        ? ResourceCondition.NOTHING
                        : said.apply(consent).denied(),
                ResourceCondition.About::new);
        if (!question.deniedUnlessPermitted() || !PatientCompartment.isOfPatient(question.type())) {
            return denied;
        }
        ResourceCondition permitted =
                byPatient(consents, consent -> said.apply(consent).permitted(), ResourceCondition.InRecords::new);
        ResourceCondition emergency = question.opened().isEmpty()
                ? ResourceCondition.NOTHING
                : new ResourceCondition.InRecords(question.opened());
        return ResourceCondition.anyOf(
                List.of(denied, ResourceCondition.not(ResourceCondition.anyOf(List.of(permitted, emergency)))));
    }

    // Most patients say the same, so that few conditions remain.
    private static ResourceCondition byPatient(
            List<Consent> consents,
            Function<Consent, ResourceCondition> condition,
            Function<Set<String>, ResourceCondition> ofPatients) {
        Map<ResourceCondition, Set<String>> patients = new HashMap<>();
        for (Consent consent : consents) {
            ResourceCondition said = condition.apply(consent);
            if (!said.isNothing()) {
                patients.computeIfAbsent(said, it -> new HashSet<>()).add(patient(consent));
            }
        }
        return ResourceCondition.anyOf(patients.entrySet().stream()
                .map(entry -> ResourceCondition.allOf(List.of(ofPatients.apply(entry.getValue()), entry.getKey())))
                .toList());
    }

    private Loaded consents(TenantId tenant, long count) {
        Loaded last = loaded.get(tenant);
        if (last != null && last.count() == count) {
            return last;
        }
        // The count was read before the Consents are: one that comes between is read twice rather than missed.
        Loaded read = new Loaded(count, count == 0 ? List.of() : read(tenant), new ConcurrentHashMap<>());
        loaded.put(tenant, read);
        return read;
    }

    private List<Consent> read(TenantId tenant) {
        SystemRequestDetails own = new SystemRequestDetails();
        own.setTenantId(tenant.value());
        own.setRequestPartitionId(
                RequestPartitionId.fromPartitionId(tenants.require(tenant).partition()));
        SearchParameterMap active = SearchParameterMap.newSynchronous();
        active.setLoadSynchronousUpTo(ALL);
        active.add(Consent.SP_STATUS, new TokenParam("active"));
        return resources.getObject().getResourceDao(Consent.class).searchForResources(active, own).stream()
                .map(Consent.class::cast)
                .filter(consent -> !patient(consent).isEmpty())
                .filter(PatientConsents::isAboutPrivacy)
                .toList();
    }

    private static boolean isAboutPrivacy(Consent consent) {
        return consent.getScope().getCoding().stream().map(Coding::getCode).anyMatch(PRIVACY::equals);
    }

    private static String patient(Consent consent) {
        var patient = consent.getPatient().getReferenceElement();
        return "Patient".equals(patient.getResourceType()) && !patient.hasBaseUrl() && patient.hasIdPart()
                ? patient.getIdPart()
                : "";
    }

    private record Loaded(long count, List<Consent> consents, Map<Question, ResourceCondition> answers) {}

    private record Question(
            ConsentCaller caller, Set<String> opened, String type, boolean deniedUnlessPermitted, long step) {}
}
