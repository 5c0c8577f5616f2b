package health.salus.smart;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.util.List;

/**
 * {@code /api/users}: the people who sign in at the embedded authorization server, for administrators of their tenant. An
 * administrator of the default tenant may name another tenant.
 */
@RestController
@ConditionalOnEmbeddedIssuer
@RequestMapping("/api/users")
@AllowedTo(Role.ADMIN)
class UserApi {

    private final Users users;
    private final Grants grants;
    private final PasswordEncoder passwords;
    private final ProviderLinks links;

    UserApi(Users users, Grants grants, PasswordEncoder passwords, ProviderLinks links) {
        this.links = links;
        this.users = users;
        this.grants = grants;
        this.passwords = passwords;
    }

    /** Returns the people of a tenant, without anything about their passwords. */
    @GetMapping
    List<View> list(
            @AuthenticationPrincipal SmartPrincipal caller, @RequestParam(required = false) @Nullable String tenant) {
        return users.of(Administration.workedOn(caller, tenant)).stream()
                .map(View::of)
                .toList();
    }

    /**
     * Adds a person who signs in with a password or at the provider, 201; 409 if the name is taken or the person at the
     * provider has an account, 400 if something is missing or not allowed.
     */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    View create(@AuthenticationPrincipal SmartPrincipal caller, @RequestBody NewUser user) {
        SmartUser created = checked(caller, user);
        boolean isNew = user.subject() == null
                ? users.create(created, passwords.encode(Passwords.checked(user.password())))
                : links.create(created, linked(user.subject(), user.password()), false);
        if (!isNew) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "There is a user of this name or with this link");
        }
        return View.of(new Users.ListedUser(created, false, user.subject()));
    }

    /** Shuts a person out: no login, and what apps have got for them is worth nothing from now on. */
    @PostMapping("/{name}/disable")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void disable(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String name) {
        String known = require(caller, name).username();
        if (known.equals(caller.subject())) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "Nobody disables themselves");
        }
        users.setEnabled(known, false);
        grants.endAllOfUser(known);
    }

    /** Lets a person in again. */
    @PostMapping("/{name}/enable")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void enable(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String name) {
        users.setEnabled(require(caller, name).username(), true);
    }

    /** Gives a person another password, ends a lock, and ends where they are signed in and what apps have got for them. */
    @PostMapping("/{name}/password")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void resetPassword(
            @AuthenticationPrincipal SmartPrincipal caller, @PathVariable String name, @RequestBody NewPassword body) {
        String known = require(caller, name).username();
        users.replacePassword(known, passwords.encode(Passwords.checked(body.password())));
        users.signOut(known);
        grants.endAllOfUser(known);
    }

    private SmartUser require(SmartPrincipal caller, String name) {
        return users.listed(name)
                .map(Users.ListedUser::user)
                .filter(it -> Administration.mayWorkOn(caller, it.tenant()))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such user"));
    }

    private static SmartUser checked(SmartPrincipal caller, NewUser user) {
        try {
            return UserRules.checked(
                    user.username(),
                    user.role(),
                    Administration.workedOn(caller, user.tenant()),
                    user.fhirUser(),
                    user.patient());
        } catch (IllegalArgumentException e) {
            throw Administration.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private String linked(String subject, @Nullable String password) {
        if (password != null) {
            throw Administration.badRequest("Give a password or a subject, not both");
        }
        return ProviderLinkApi.checked(links, subject);
    }

    /**
     * What is needed to add a person.
     *
     * @param role     {@code admin}, {@code practitioner} or {@code patient}
     * @param tenant   the caller's if it is left out
     * @param fhirUser the resource that represents the person, such as {@code Practitioner/17}
     * @param patient  for patients, the id of their record
     * @param subject  instead of a password: the {@code sub} of the person at the provider at which people sign in
     */
    record NewUser(
            @Nullable String username,
            @Nullable String password,
            @Nullable String role,
            @Nullable String tenant,
            @Nullable String fhirUser,
            @Nullable String patient,
            @Nullable String subject) {}

    /** The password to come. */
    record NewPassword(@Nullable String password) {}

    /** A person as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record View(
            String username,
            String role,
            String tenant,
            @Nullable String fhirUser,
            @Nullable String patient,
            @Nullable String subject,
            boolean disabled) {

        static View of(Users.ListedUser listed) {
            SmartUser user = listed.user();
            return new View(
                    user.username(),
                    user.role().code(),
                    user.tenant().value(),
                    user.fhirUser(),
                    user.patient(),
                    listed.subject(),
                    listed.disabled());
        }
    }
}
