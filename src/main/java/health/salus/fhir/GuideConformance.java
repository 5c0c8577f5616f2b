package health.salus.fhir;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import health.salus.profile.Profiles;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.springframework.stereotype.Component;

import java.util.List;

/**
 * Says in the CapabilityStatement which server rules of implementation guides are met: what the statements in
 * {@code fhir-profiles/} claim. They lie beside the search parameters that they need, so that one does not go without the
 * other.
 *
 * @see <a href="https://hl7.org/fhir/R4/capabilitystatement-definitions.html#CapabilityStatement.instantiates">FHIR R4,
 *     CapabilityStatement.instantiates</a>
 */
@Interceptor
@Component
class GuideConformance {

    private final List<CapabilityStatement> claims;

    GuideConformance(Profiles profiles) {
        this.claims = profiles.capabilityStatements();
    }

    /** Adds the claims to a statement that has just been made; what it has already stays as it is. */
    @Hook(Pointcut.SERVER_CAPABILITY_STATEMENT_GENERATED)
    public void complete(IBaseConformance statement) {
        if (statement instanceof CapabilityStatement capabilities) {
            claims.forEach(claim -> add(claim, capabilities));
        }
    }

    private static void add(CapabilityStatement claim, CapabilityStatement to) {
        for (CanonicalType rules : claim.getInstantiates()) {
            if (!to.hasInstantiates(rules.getValue())) {
                to.addInstantiates(rules.getValue());
            }
        }
        for (CanonicalType guide : claim.getImplementationGuide()) {
            if (!to.hasImplementationGuide(guide.getValue())) {
                to.addImplementationGuide(guide.getValue());
            }
        }
        for (CapabilityStatementRestResourceComponent claimed :
                claim.getRestFirstRep().getResource()) {
            to.getRest().stream()
                    .map(CapabilityStatementRestComponent::getResource)
                    .flatMap(List::stream)
                    .filter(it -> it.getType().equals(claimed.getType()))
                    .forEach(resource -> add(claimed, resource));
        }
    }

    private static void add(
            CapabilityStatementRestResourceComponent claimed, CapabilityStatementRestResourceComponent to) {
        for (CanonicalType profile : claimed.getSupportedProfile()) {
            if (!to.hasSupportedProfile(profile.getValue())) {
                to.addSupportedProfile(profile.getValue());
            }
        }
        claimed.getOperation().stream()
                .filter(operation -> to.getOperation().stream()
                        .noneMatch(it -> it.getDefinition().equals(operation.getDefinition())))
                .forEach(operation -> to.addOperation(operation.copy()));
    }
}
