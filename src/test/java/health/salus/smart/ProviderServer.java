package health.salus.smart;

import health.salus.testing.TestServer;
import org.springframework.security.crypto.password.PasswordEncoder;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** A whole server at which people sign in by way of a provider, for the tests that need one. */
public final class ProviderServer {

    public static final FakeProvider PROVIDER = new FakeProvider();

    /** The server; it has the demo accounts, which it would not have by itself. */
    public static final TestServer SALUS = TestServer.start(PROVIDER.salusSettings());

    static final String PASSWORD = "correct horse battery";

    private static final String START = "/oauth2/authorization/provider";

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            SALUS.close();
            PROVIDER.close();
        }));
        SALUS.bean(DemoAccounts.class).ensure("pat-1", "doc-1");
    }

    private ProviderServer() {}

    static int port() {
        return Integer.parseInt(SALUS.property("server.port"));
    }

    static SmartApp app() {
        return new SmartApp(port(), "demo-app", SALUS.fhirBase());
    }

    /** Adds an account with a password. */
    static void account(SmartUser user) {
        SALUS.bean(Users.class).save(user, SALUS.bean(PasswordEncoder.class).encode(PASSWORD), false);
    }

    /** Goes from the login page to the provider, and returns the address to come back to, which is not yet opened. */
    static URI atProvider(Browser browser) {
        HttpResponse<String> leaving = browser.get(START);
        HttpResponse<String> back = browser.send(HttpRequest.newBuilder(Browser.target(leaving)));
        return Browser.target(back);
    }

    /** Signs in at the provider and returns what the person sees then. */
    static HttpResponse<String> signIn(Browser browser) {
        return browser.open(atProvider(browser));
    }

    /** Starts at an app, signs in at the provider and allows what the app asks for; returns the way back to the app. */
    static HttpResponse<String> launch(SmartApp app, String scope) {
        Map<String, String> request = app.request(scope);
        app.browser.open(app.browser.address("/oauth2/authorize", request));
        HttpResponse<String> next = signIn(app.browser);
        return SmartApp.isQuestion(next) ? app.allow(next, SmartApp.offered(next), null) : next;
    }

    /** Signs in at the provider in a fresh browser, with this as the id of the last request. */
    public static HttpResponse<String> signIn(String requestId) {
        Browser browser = new Browser(port());
        return browser.send(HttpRequest.newBuilder(atProvider(browser)).header("X-Request-ID", requestId));
    }

    /** Tells whether somebody is signed in in this browser. */
    static boolean isSignedIn(Browser browser) {
        return browser.get("/oauth2/apps").statusCode() == 200;
    }
}
