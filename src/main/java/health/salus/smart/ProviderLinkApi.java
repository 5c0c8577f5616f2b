package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * {@code /api/users/{name}/provider}: whom at the provider an account belongs to, for administrators of its tenant. Nobody
 * links their own account, by signing in or otherwise.
 */
@RestController
@ConditionalOnEmbeddedIssuer
@RequestMapping("/api/users/{name}/provider")
@AllowedTo(Role.ADMIN)
class ProviderLinkApi {

    private final Users users;
    private final ProviderLinks links;
    private final Grants grants;

    ProviderLinkApi(Users users, ProviderLinks links, Grants grants) {
        this.users = users;
        this.links = links;
        this.grants = grants;
    }

    /**
     * Links an account to a person at the provider, instead of any other; where it is signed in and what apps have got for
     * it ends. 409 if the person has an account, 400 if there is no provider or nobody can be called so there.
     */
    @PutMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void link(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String name, @RequestBody Link link) {
        String known = require(caller, name);
        if (!links.link(known, checked(links, link.subject()))) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "Another account is linked to this person");
        }
        end(known);
    }

    /** Ends the link, and with it where the account is signed in; 409 if the account has no password either. */
    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unlink(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String name) {
        String known = require(caller, name);
        if (!links.unlink(known)) {
            throw new ResponseStatusException(
                    HttpStatus.CONFLICT, "This account has no password; give it one first, or disable it");
        }
        end(known);
    }

    /** Returns the subject, or answers the request 400. */
    static String checked(ProviderLinks links, @Nullable String subject) {
        if (!links.areUsed()) {
            throw Administration.badRequest("There is no provider; " + LoginSettings.ISSUER + " names one");
        }
        if (subject == null || !UserRules.isSubject(subject)) {
            throw Administration.badRequest("subject is the sub of the person at the provider, at most 255 characters");
        }
        return subject;
    }

    private void end(String username) {
        users.signOut(username);
        grants.endAllOfUser(username);
    }

    private String require(SmartPrincipal caller, String name) {
        return users.listed(name)
                .map(Users.ListedUser::user)
                .filter(it -> Administration.mayWorkOn(caller, it.tenant()))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such user"))
                .username();
    }

    /**
     * Whom to link an account to.
     *
     * @param subject the {@code sub} of the person at the provider
     */
    record Link(@Nullable String subject) {}
}
