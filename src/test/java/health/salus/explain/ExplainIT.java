package health.salus.explain;

import health.salus.smart.Role;
import health.salus.smart.TestTokens;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.Records;
import health.salus.testing.TestServer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Objects;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code _explain=true} answers a search with how it was found, and not with what was found. */
class ExplainIT {

    private static final int MANY = 1_500;

    private final TestServer server = TestServer.shared();
    private final TestTokens tokens = new TestTokens(server);
    private final FhirClient operator = client(tokens.of(Role.ADMIN, null, "user/*.cruds"), "");

    @Test
    void theStatementItsPlanAndTheTimeAreGiven() {
        String id = operator.create(Records.patient("Erklaert")).getIdElement().getIdPart();

        Answer answer = operator.get("/Patient?family=erklaert&_explain=true");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain(id);
        assertThat(texts(answer, "sql")).hasSize(1).first().asString().contains("SELECT", "?");
        assertThat(texts(answer, "plan"))
                .hasSize(1)
                .first()
                .asString()
                .contains("hfj_spidx_string", "Execution Time", "Buffers");
        assertThat(answer.resource(Parameters.class)
                        .getParameter("milliseconds")
                        .getValue()
                        .primitiveValue())
                .matches("\\d+\\.\\d");
    }

    @Test
    void rowsThatAreReadInVainAreHintedAt() {
        Patient patient = new Patient();
        HumanName name = patient.addName().setFamily("Viel");
        for (int i = 0; i < MANY; i++) {
            name.addGiven("Vorname" + i);
        }
        operator.create(patient);

        Answer slow = operator.get("/Patient?given:contains=gibtesnirgends&_explain=true");

        assertThat(texts(slow, "hint")).as(slow.text()).anyMatch(it -> it.contains("No index serves"));
    }

    @Test
    void nobodyButAdministratorsOfTheDefaultTenantLearnsHowManyRowsThereAre() {
        for (FhirClient other : List.of(
                client(tokens.ofTenant("north", Role.ADMIN, "user/*.cruds"), "/north"),
                client(tokens.of(Role.SYSTEM, null, "system/*.cruds"), ""),
                client(tokens.of(Role.PRACTITIONER, null, "user/*.cruds"), ""))) {
            Answer refused = other.get("/Patient?family=erklaert&_explain=true");
            assertThat(refused.status()).as(refused.text()).isEqualTo(403);
            assertThat(refused.text()).doesNotContain("SELECT");
            assertThat(other.get("/Patient?family=erklaert&_explain=false").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theNextSearchIsAnsweredWithItsMatches() {
        assertThat(operator.get("/Patient?birthdate=falsch&_explain=true").status())
                .isEqualTo(400);
        assertThat(operator.get("/Patient?family=erklaert&_explain=vielleicht").status())
                .isEqualTo(400);
        assertThat(operator.get("/Patient?family=erklaert")
                        .resource(Bundle.class)
                        .getType())
                .isEqualTo(Bundle.BundleType.SEARCHSET);
    }

    private FhirClient client(String token, String tenant) {
        return FhirClient.withToken(server.fhirBase() + tenant, token);
    }

    private static List<String> texts(Answer answer, String name) {
        return answer.resource(Parameters.class).getParameter().stream()
                .flatMap(it -> it.getPart().stream())
                .filter(it -> it.getName().equals(name))
                .map(ParametersParameterComponent::getValue)
                .map(PrimitiveType.class::cast)
                .map(PrimitiveType::getValueAsString)
                .filter(Objects::nonNull)
                .toList();
    }
}
