package health.salus.smart;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import health.salus.tenant.TenantId;
import health.salus.testing.FhirClient;
import health.salus.testing.FhirClient.Answer;
import health.salus.testing.KeycloakServer;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.password.PasswordEncoder;

import java.time.Instant;
import java.util.Date;
import java.util.List;

import static health.salus.smart.TwoRecords.SERVER;
import static health.salus.smart.TwoRecords.batch;
import static health.salus.smart.TwoRecords.client;
import static org.assertj.core.api.Assertions.assertThat;

/** Attacks with tokens that are wrong, or that are right for somewhere else. */
class TokenAccessIT {

    private static final String NOT_WITH_KEYCLOAK =
            "KeycloakIT and ExternalIssuerIT say the same of the tokens of others";

    @Test
    void aTokenThatGrantsNothingOpensNothing() {
        for (FhirClient client : List.of(
                client(Role.ADMIN, "anna", ""),
                client(Role.ADMIN, "anna", "openid fhirUser launch/patient"),
                client(Role.PATIENT, null, "patient/*.rs"),
                client(Role.ADMIN, null, "system/*.cruds"),
                client(Role.SYSTEM, null, "user/*.cruds"))) {
            assertThat(client.get("/Patient/anna").status()).isEqualTo(403);
            assertThat(client.get("/Patient").status()).isEqualTo(403);
            assertThat(client.get("/metadata").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patient/Observation.rs?date=2020-01-01",
                "system/*.dus",
                "system/Unicorn.rs",
                "system/Patient.rs,system/*.cruds"
            })
    void aScopeThatIsNotUnderstoodSpoilsTheToken(String scope) {
        Answer answer = client(Role.SYSTEM, null, "system/*.cruds " + scope).get("/Patient/anna");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("WWW-Authenticate")).contains("insufficient_scope");
    }

    @Test
    @DisabledIfSystemProperty(named = KeycloakServer.HOME, matches = ".+", disabledReason = NOT_WITH_KEYCLOAK)
    void onlyAccessTokensOfThisServerForThisBaseAreTaken() throws Exception {
        TestTokens tokens = new TestTokens(SERVER);
        JWTClaimsSet.Builder good = tokens.claims(Role.SYSTEM, null, "system/*.cruds");
        RSAKey other = new RSAKeyGenerator(2048).generate();
        String issuer = SERVER.property("salus.public-url");

        assertThat(statusWith(tokens.sign(good.build()))).isEqualTo(200);
        assertThat(statusWith(tokens.sign(good.build(), tokens.key(), "JWT"))).isEqualTo(401);
        assertThat(statusWith(tokens.sign(good.build(), other, "at+jwt"))).isEqualTo(401);
        assertThat(statusWith(new PlainJWT(good.build()).serialize())).isEqualTo(401);
        assertThat(statusWith(
                        tokens.sign(good.expirationTime(Date.from(Instant.now().minusSeconds(60)))
                                .build())))
                .isEqualTo(401);
        good.expirationTime(null);
        assertThat(statusWith(tokens.sign(good.build()))).isEqualTo(401);
        good.expirationTime(Date.from(Instant.now().plusSeconds(60)));
        assertThat(statusWith(tokens.sign(good.issuer("https://evil.example").build())))
                .isEqualTo(401);
        good.issuer(issuer);
        for (List<String> audience :
                List.of(List.<String>of(), List.of("an-app"), List.of(issuer), List.of(issuer + "/fhir/north"))) {
            assertThat(statusWith(tokens.sign(good.audience(audience).build()))).isEqualTo(401);
        }
        good.audience(issuer + "/fhir");
        assertThat(statusWith(tokens.sign(good.claim("salus_tenant", "north").build())))
                .isEqualTo(401);
    }

    @Test
    void aTokenOfOneTenantOpensNoOther() {
        FhirClient inNorth =
                client(Bearer.of(Role.SYSTEM, null, "system/*.cruds").in("north"));
        String north = inNorth.token().orElseThrow();

        assertThat(inNorth.put("/Patient/anna", new Patient().setId("anna")).status())
                .isEqualTo(201);
        assertThat(inNorth.get("/Patient/bela").status()).isEqualTo(404);
        assertThat(FhirClient.withToken(SERVER.fhirBase(), north)
                        .get("/Patient/bela")
                        .status())
                .isEqualTo(401);
        assertThat(FhirClient.withToken(SERVER.fhirBase() + "/south", north)
                        .get("/Patient/anna")
                        .status())
                .isEqualTo(401);
        assertThat(FhirClient.withToken(SERVER.fhirBase() + "/%73outh", north)
                        .get("/Patient/anna")
                        .status())
                .isEqualTo(401);
        assertThat(inNorth.post("/", batch(HTTPVerb.GET, "south/Patient/anna")).status())
                .isEqualTo(403);
    }

    @Test
    void theBatchOfATenantStaysInIt() {
        Answer answer = client(Bearer.of(Role.SYSTEM, null, "system/*.cruds").in("north"))
                .post("/", batch(HTTPVerb.GET, "Patient/bela"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("Belason");
    }

    @Test
    void withoutATokenThereIsNothingButTheMetadata() {
        FhirClient nobody = FhirClient.anonymous(SERVER.fhirBase());

        assertThat(nobody.get("/metadata").status()).isEqualTo(200);
        assertThat(nobody.get("/.well-known/smart-configuration").status()).isEqualTo(200);
        for (String path : List.of("", "/", "/Patient", "/Patient/anna", "/Binary/x", "/metadata/x", "/$expunge")) {
            assertThat(nobody.get(path).status()).as(path).isEqualTo(401);
        }
        assertThat(nobody.post("/", batch(HTTPVerb.GET, "Patient/anna")).status())
                .isEqualTo(401);
    }

    @Test
    @DisabledIfSystemProperty(named = KeycloakServer.HOME, matches = ".+", disabledReason = NOT_WITH_KEYCLOAK)
    void aLoginGivesATokenForOnesOwnRecord() {
        DemoUser person = new DemoUser("anna", "a-password", Role.PATIENT.code());
        SERVER.bean(Users.class)
                .save(
                        new SmartUser(person.username(), Role.PATIENT, TenantId.DEFAULT, "Patient/anna", "anna"),
                        SERVER.bean(PasswordEncoder.class).encode(person.password()),
                        true);
        SmartApp app = new SmartApp(Integer.parseInt(SERVER.property("server.port")), "demo-app", SERVER.fhirBase());

        String token = app.launch("openid fhirUser launch/patient patient/*.rs", person)
                .path("access_token")
                .asText();

        FhirClient client = FhirClient.withToken(SERVER.fhirBase(), token);
        assertThat(client.get("/Patient/anna").status()).isEqualTo(200);
        assertThat(client.get("/Patient/bela").status()).isEqualTo(404);
    }

    private static int statusWith(String token) {
        return FhirClient.withToken(SERVER.fhirBase(), token)
                .get("/Patient/anna")
                .status();
    }
}
