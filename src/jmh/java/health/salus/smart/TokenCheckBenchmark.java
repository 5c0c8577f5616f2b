package health.salus.smart;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import health.salus.tenant.TenantId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How long it takes to know who calls, without the question to the database whether the token was revoked. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenCheckBenchmark {

    private static final String SCOPES =
            "openid fhirUser launch/patient patient/Observation.rs?category=laboratory patient/*.rs user/Patient.cruds";

    private final TokenReader reader = new TokenReader(
            new FhirBases("https://salus.example"), TestSettings.with(Path.of("data"), "salus_role", List.of()));
    private String token;
    private JwtDecoder first;
    private JwtDecoder again;

    @Setup
    public void issue() throws JOSEException {
        RSAKey key = new RSAKeyGenerator(2048).keyID("1").generate();
        SignedJWT signed = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("1").build(),
                new JWTClaimsSet.Builder()
                        .issuer("https://salus.example")
                        .audience("https://salus.example/fhir")
                        .subject("practitioner")
                        .claim("client_id", "app")
                        .claim("scope", SCOPES)
                        .claim("salus_role", "practitioner")
                        .claim("fhirUser", "https://salus.example/fhir/Practitioner/1")
                        .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
                        .build());
        signed.sign(new RSASSASigner(key));
        token = signed.serialize();
        first = NimbusJwtDecoder.withPublicKey(key.toRSAPublicKey()).build();
        again = new RememberedSignatures(
                NimbusJwtDecoder.withPublicKey(key.toRSAPublicKey()).build(),
                new DelegatingOAuth2TokenValidator<>(new JwtTimestampValidator()));
    }

    @Benchmark
    public SmartPrincipal tokenThatWasSeenBefore() {
        return reader.read(again.decode(token), TenantId.DEFAULT);
    }

    @Benchmark
    public SmartPrincipal tokenThatComesFirst() {
        return reader.read(first.decode(token), TenantId.DEFAULT);
    }
}
