package health.salus.smart;

import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;

/** Somebody who has signed in at the provider, and the account that is theirs here. */
final class ProviderPerson extends DefaultOidcUser {

    private static final long serialVersionUID = 1L;

    private final transient UserDetails account;

    ProviderPerson(OidcIdToken token, UserDetails account) {
        super(account.getAuthorities(), token);
        this.account = account;
    }

    UserDetails account() {
        return account;
    }

    /** Returns what the audit trail calls a person who has no account; no account has a colon in its name. */
    static String nameAtProvider(OidcIdToken token) {
        return "provider:" + token.getSubject();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProviderPerson person
                && super.equals(other)
                && account.getUsername().equals(person.account.getUsername());
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
