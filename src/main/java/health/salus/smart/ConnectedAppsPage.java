package health.salus.smart;

import org.springframework.http.MediaType;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;

import java.security.Principal;
import java.util.List;
import java.util.stream.Collectors;

import static health.salus.smart.Page.escape;

/** The page on which a person sees which apps they have let in, and shuts them out: the {@code management_endpoint}. */
@Controller
@ConditionalOnEmbeddedIssuer
@AllowedTo(everybody = true)
class ConnectedAppsPage {

    static final String PATH = "/oauth2/apps";

    private final Consents consents;
    private final Grants grants;

    ConnectedAppsPage(Consents consents, Grants grants) {
        this.consents = consents;
        this.grants = grants;
    }

    @GetMapping(path = PATH, produces = MediaType.TEXT_HTML_VALUE)
    @ResponseBody
    String show(Principal person, CsrfToken csrf) {
        List<Consents.ConnectedApp> apps = consents.appsOf(person.getName());
        String list = apps.stream().map(app -> section(app, csrf)).collect(Collectors.joining("\n"));
        return Page.of("Apps with access", apps.isEmpty() ? "<p>You have let no app in.</p>" : list);
    }

    /** Ends what an app has got from this person, at once, and forgets the decision. */
    @PostMapping(PATH)
    String revoke(@RequestParam("client_id") String clientId, Principal person) {
        // In this order a crash leaves an app that still stands on the page.
        grants.endAll(clientId, person.getName());
        consents.remove(clientId, person.getName());
        return "redirect:" + PATH;
    }

    private static String section(Consents.ConnectedApp app, CsrfToken csrf) {
        return """
                <section>
                <h2>%s</h2>
                <ul>
                %s
                </ul>
                <form method="post" action="%s">
                %s%s<button>Shut it out<span class="note"> (%s)</span></button>
                </form>
                </section>
                """.formatted(
                        escape(app.name()),
                        app.scopes().stream()
                                .map(scope -> "<li>" + escape(ScopeText.of(scope)) + "</li>")
                                .collect(Collectors.joining("\n")),
                        PATH,
                        Page.hidden("client_id", app.clientId()),
                        Page.hidden(csrf.getParameterName(), csrf.getToken()),
                        escape(app.name()));
    }
}
