package health.salus.smart;

import health.salus.tenant.Tenants;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.userinfo.OAuth2UserService;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.stereotype.Component;

/**
 * Finds the account of somebody whose ID token was found good, or makes one where the rule says so. Nothing but the ID token
 * is asked: it is signed and for this server.
 */
@Component
@ConditionalOnLoginProvider
class ProviderAccounts implements OAuth2UserService<OidcUserRequest, OidcUser> {

    private final ProviderLinks links;
    private final ProviderClaims claims;
    private final Users users;
    private final Grants grants;
    private final Tenants tenants;

    ProviderAccounts(ProviderLinks links, ProviderClaims claims, Users users, Grants grants, Tenants tenants) {
        this.links = links;
        this.claims = claims;
        this.users = users;
        this.grants = grants;
        this.tenants = tenants;
    }

    /**
     * Returns the person with the account.
     *
     * @throws ProviderRefusal if there is none, or none that may be used
     */
    @Override
    public OidcUser loadUser(OidcUserRequest request) {
        OidcIdToken token = request.getIdToken();
        if (!UserRules.isSubject(token.getSubject())) {
            throw new ProviderRefusal(ProviderRefusal.Reason.BAD_ID_TOKEN, null, null);
        }
        ProviderLinks.LinkedUser found = links.find(token.getSubject()).orElseGet(() -> made(token));
        requireOpen(found);
        SmartUser user = found.byClaims() && claims.makeAccounts() ? followed(found.user(), token) : found.user();
        if (tenants.find(user.tenant()).isEmpty()) {
            throw new ProviderRefusal(ProviderRefusal.Reason.TENANT_DISABLED, user.username(), null);
        }
        return new ProviderPerson(token, details(user));
    }

    private ProviderLinks.LinkedUser made(OidcIdToken token) {
        SmartUser user = claims.account(token).orElseThrow(() -> refusal(ProviderRefusal.Reason.UNKNOWN_PERSON, token));
        links.create(user, token.getSubject(), true);
        // Whoever has this name already is somebody else, unless the same person came twice at the same moment.
        return links.find(token.getSubject()).orElseThrow(() -> refusal(ProviderRefusal.Reason.NAME_TAKEN, token));
    }

    private static void requireOpen(ProviderLinks.LinkedUser found) {
        String username = found.user().username();
        if (found.disabled()) {
            throw new ProviderRefusal(ProviderRefusal.Reason.DISABLED, username, null);
        }
        if (found.locked()) {
            throw new ProviderRefusal(ProviderRefusal.Reason.LOCKED, username, null);
        }
    }

    // What the person was before ends with all that came of it: sessions, and what apps have got.
    private SmartUser followed(SmartUser known, OidcIdToken token) {
        SmartUser claimed = claims.account(token)
                .map(it -> new SmartUser(known.username(), it.role(), it.tenant(), it.fhirUser(), it.patient()))
                .orElseThrow(() -> new ProviderRefusal(ProviderRefusal.Reason.UNKNOWN_PERSON, known.username(), null));
        if (!claimed.equals(known)) {
            links.follow(known.username(), claimed);
            users.signOut(known.username());
            grants.endAllOfUser(known.username());
        }
        return claimed;
    }

    private static ProviderRefusal refusal(ProviderRefusal.Reason reason, OidcIdToken token) {
        return new ProviderRefusal(reason, ProviderPerson.nameAtProvider(token), null);
    }

    private static UserDetails details(SmartUser user) {
        return User.withUsername(user.username())
                .password("")
                .roles(user.role().code())
                .build();
    }
}
