package health.salus.smart;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says which restricted labels people and programs may see, for administrators of their tenant. */
@RestController
@ConditionalOnEmbeddedIssuer
@AllowedTo(Role.ADMIN)
class ClearanceApi {

    private static final Pattern LABEL = Pattern.compile("[RV]|[^\\s|]{1,200}\\|[^\\s|]{1,100}");
    private static final int MOST = 100;

    private final Clearances clearances;
    private final Users users;
    private final Clients clients;
    private final Grants grants;

    ClearanceApi(Clearances clearances, Users users, Clients clients, Grants grants) {
        this.clearances = clearances;
        this.users = users;
        this.clients = clients;
        this.grants = grants;
    }

    /** Returns the labels that a person may see; 404 if the caller knows no such person. */
    @GetMapping("/api/users/{name}/clearance")
    Labelled ofUser(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String name) {
        return new Labelled(clearances.ofUser(user(caller, name)));
    }

    /** Replaces the labels that a person may see; what apps have got for them ends, so that it counts at once. */
    @PutMapping("/api/users/{name}/clearance")
    Labelled setOfUser(
            @AuthenticationPrincipal SmartPrincipal caller, @PathVariable String name, @RequestBody Labelled labelled) {
        String known = user(caller, name);
        clearances.setOfUser(known, checked(labelled));
        grants.endAllOfUser(known);
        return new Labelled(clearances.ofUser(known));
    }

    /** Returns the labels that a program may see on its own behalf. */
    @GetMapping("/api/clients/{id}/clearance")
    Labelled ofClient(@AuthenticationPrincipal SmartPrincipal caller, @PathVariable String id) {
        return new Labelled(clearances.ofClient(client(caller, id)));
    }

    /** Replaces the labels that a program may see on its own behalf; its tokens of the last five minutes keep the old ones. */
    @PutMapping("/api/clients/{id}/clearance")
    Labelled setOfClient(
            @AuthenticationPrincipal SmartPrincipal caller, @PathVariable String id, @RequestBody Labelled labelled) {
        String known = client(caller, id);
        clearances.setOfClient(known, checked(labelled));
        return new Labelled(clearances.ofClient(known));
    }

    private String user(SmartPrincipal caller, String name) {
        return users.listed(name)
                .map(Users.ListedUser::user)
                .filter(it -> Administration.mayWorkOn(caller, it.tenant()))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such user"))
                .username();
    }

    private String client(SmartPrincipal caller, String id) {
        return clients.find(id)
                .filter(it -> Administration.mayWorkOn(caller, it.tenant()))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such client"))
                .id();
    }

    private static List<String> checked(Labelled labelled) {
        List<String> labels = Optional.ofNullable(labelled.labels()).orElse(List.of());
        if (labels.size() > MOST
                || !labels.stream()
                        .allMatch(it -> it != null && LABEL.matcher(it).matches())) {
            throw Administration.badRequest("labels has at most 100 labels, each R, V or system|code");
        }
        return labels.stream().distinct().sorted().toList();
    }

    /** The labels, each as R, V or {@code system|code}. */
    record Labelled(@Nullable List<String> labels) {}
}
