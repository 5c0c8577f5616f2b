package health.salus.smart;

import health.salus.tenant.TenantId;
import health.salus.tenant.Tenants;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.stereotype.Component;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rule by which people get an account without an administrator: what the signed ID token says of them makes a whole
 * account of a role that the setting names, or none at all.
 */
@Component
@ConditionalOnLoginProvider
class ProviderClaims {

    private static final String PATIENT_TYPE = "Patient/";

    private final LoginSettings settings;
    private final Tenants tenants;
    private final FhirBases bases;

    ProviderClaims(LoginSettings settings, Tenants tenants, FhirBases bases) {
        this.settings = settings;
        this.tenants = tenants;
        this.bases = bases;
    }

    /** Tells whether there is such a rule. */
    boolean makeAccounts() {
        return !settings.accountsFor().isEmpty();
    }

    /** Returns the account that the rule makes of a person, or nothing if a claim is missing, unclear or not allowed. */
    Optional<SmartUser> account(OidcIdToken token) {
        LoginSettings.Claims claims = settings.claims();
        Optional<TenantId> tenant = one(token, claims.tenant())
                .filter(TenantId::isValid)
                .map(TenantId::new)
                .filter(it -> tenants.find(it).isPresent());
        // Of several roles the one with the most rights of those that the setting names; any other one is not even
        // seen.
        Optional<Role> role = Arrays.stream(Role.values())
                .filter(it -> settings.accountsFor().contains(it.code()))
                .filter(it -> texts(token, claims.role()).contains(it.code()))
                .findFirst();
        if (tenant.isEmpty() || role.isEmpty()) {
            return Optional.empty();
        }
        return account(token, tenant.get(), role.get());
    }

    private Optional<SmartUser> account(OidcIdToken token, TenantId tenant, Role role) {
        LoginSettings.Claims claims = settings.claims();
        String base = bases.of(tenant) + "/";
        String fhirUser = one(token, claims.fhirUser())
                .map(it -> it.startsWith(base) ? it.substring(base.length()) : it)
                .orElse(null);
        String patient =
                role == Role.PATIENT ? patient(one(token, claims.patient()).orElse(null), fhirUser) : null;
        try {
            SmartUser user = UserRules.checked(
                    one(token, claims.username()).orElse(null), role.code(), tenant, fhirUser, patient);
            return Optional.of(user).filter(ProviderClaims::isOnePerson);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static @Nullable String patient(@Nullable String claimed, @Nullable String fhirUser) {
        if (claimed != null) {
            return claimed.startsWith(PATIENT_TYPE) ? claimed.substring(PATIENT_TYPE.length()) : claimed;
        }
        return fhirUser != null && fhirUser.startsWith(PATIENT_TYPE) ? fhirUser.substring(PATIENT_TYPE.length()) : null;
    }

    // Two claims that name two patients name none.
    private static boolean isOnePerson(SmartUser user) {
        return user.fhirUser() == null
                || !user.fhirUser().startsWith(PATIENT_TYPE)
                || user.fhirUser().equals(PATIENT_TYPE + user.patient());
    }

    private static Optional<String> one(OidcIdToken token, String claim) {
        List<String> values = texts(token, claim);
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    private static List<String> texts(OidcIdToken token, String claim) {
        Object value = token.getClaims().get(claim);
        if (value == null) {
            value = token.getClaims();
            for (String step : claim.split("\\.")) {
                value = value instanceof Map<?, ?> object ? object.get(step) : null;
            }
        }
        if (value instanceof Collection<?> several) {
            return several.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
        }
        return value instanceof String text ? List.of(text) : List.of();
    }
}
