package health.salus.smart;

import org.springframework.http.MediaType;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.server.ResponseStatusException;

import java.security.Principal;
import java.util.List;

/**
 * The page on which a person says what an app may do, and about which patient if they may open several.
 *
 * <p>The decision is posted to the authorization endpoint. What makes it the person's own is {@code state}, a random value
 * that only this page shows and that counts for this person only. What is typed to find a patient is posted, so that no
 * name stands in an address.
 */
@Controller
@ConditionalOnEmbeddedIssuer
@AllowedTo(everybody = true)
class ConsentPage {

    static final String PATH = "/oauth2/consent";
    static final String DECISION = "decision";
    static final String ALLOW = "allow";
    static final String PATIENT = "patient";

    private static final OAuth2TokenType STATE = new OAuth2TokenType(OAuth2ParameterNames.STATE);

    private final Grants grants;
    private final Clients clients;
    private final RequestedLaunches requests;
    private final PatientPicker patients;

    ConsentPage(Grants grants, Clients clients, RequestedLaunches requests, PatientPicker patients) {
        this.grants = grants;
        this.clients = clients;
        this.requests = requests;
        this.patients = patients;
    }

    /** Shows the question; 400 if nothing is asked of this person under this state. */
    @GetMapping(path = PATH, produces = MediaType.TEXT_HTML_VALUE)
    @ResponseBody
    String show(@RequestParam String state, Principal person, CsrfToken csrf) {
        return page(state, person, csrf, "");
    }

    /** Shows the question again, with the patients that were searched for. */
    @PostMapping(path = PATH, produces = MediaType.TEXT_HTML_VALUE)
    @ResponseBody
    String search(
            @RequestParam String state,
            @RequestParam(defaultValue = "") String text,
            Principal person,
            CsrfToken csrf) {
        return page(state, person, csrf, text);
    }

    private String page(String state, Principal person, CsrfToken csrf, String text) {
        OAuth2Authorization asked = grants.findByToken(state, STATE);
        if (asked == null || !asked.getPrincipalName().equals(person.getName())) {
            throw nothingAsked();
        }
        SmartClient app = clients.find(asked.getRegisteredClientId()).orElseThrow(ConsentPage::nothingAsked);
        RequestedLaunch launch = requests.of(asked);
        List<PatientDirectory.Choice> found = launch.needsPick() ? patients.search(launch, text) : List.of();
        List<String> scopes = RequestedLaunches.request(asked).getScopes().stream()
                .filter(scope -> !scope.equals(SmartScopes.OPENID))
                .sorted()
                .toList();
        return new ConsentForm(app, launch, scopes, state, csrf).html(text, found);
    }

    private static ResponseStatusException nothingAsked() {
        return Administration.badRequest("No app asks for anything. Start again from the app.");
    }
}
