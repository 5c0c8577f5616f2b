package health.salus.smart;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a person and a web browser do during a login: follow redirects, keep cookies, fill in the form. */
final class Browser {

    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    private static final Pattern HIDDEN = Pattern.compile("type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");

    private final String server;
    private final Cookies cookies = new Cookies();
    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(cookies).build();

    Browser(int port) {
        this.server = "http://localhost:" + port;
    }

    /** Opens an address and follows redirects as long as they stay on the server; returns the last answer. */
    HttpResponse<String> open(URI address) {
        HttpResponse<String> response = send(
                HttpRequest.newBuilder(address).header("Accept", "text/html").GET());
        return follow(response);
    }

    /** Fills in the login form that was last shown. */
    HttpResponse<String> signIn(HttpResponse<String> form, String username, String password) {
        Matcher csrf = CSRF.matcher(form.body());
        if (!csrf.find()) {
            throw new AssertionError("No login form but " + form.statusCode() + " " + form.body());
        }
        return follow(post("/login", Map.of("username", username, "password", password, "_csrf", csrf.group(1))));
    }

    /** Signs out and returns the very answer. */
    HttpResponse<String> logout() {
        Matcher csrf = CSRF.matcher(get("/logout").body());
        if (!csrf.find()) {
            throw new AssertionError("Nobody is signed in");
        }
        return post("/logout", Map.of("_csrf", csrf.group(1)));
    }

    /** Fills in a form: sends its hidden fields and these. */
    HttpResponse<String> submit(HttpResponse<String> page, String path, List<Map.Entry<String, String>> values) {
        List<Map.Entry<String, String>> fields = new ArrayList<>(values);
        Matcher hidden = HIDDEN.matcher(page.body());
        while (hidden.find()) {
            fields.add(Map.entry(hidden.group(1), hidden.group(2)));
        }
        String form = fields.stream()
                .distinct()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
        return follow(send(HttpRequest.newBuilder(URI.create(server + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))));
    }

    HttpResponse<String> post(String path, Map<String, String> form, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(encode(form)));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> postJson(String path, String json, String... headers) {
        return send(HttpRequest.newBuilder(URI.create(server + path))
                .header("Content-Type", "application/json")
                .headers(headers)
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** The session cookie, empty if there is none. */
    String session() {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("JSESSIONID"))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse("");
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> follow(HttpResponse<String> response) {
        HttpResponse<String> current = response;
        for (int hops = 0; hops < 5 && isRedirect(current); hops++) {
            URI target = target(current);
            if (!target.toString().startsWith(server)) {
                return current;
            }
            current = send(
                    HttpRequest.newBuilder(target).header("Accept", "text/html").GET());
        }
        return current;
    }

    URI address(String path, Map<String, String> query) {
        return URI.create(server + path + "?" + encode(query));
    }

    static URI target(HttpResponse<?> response) {
        return response.uri().resolve(response.headers().firstValue("Location").orElseThrow());
    }

    static Map<String, String> query(URI address) {
        return Arrays.stream(address.getRawQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> decode(pair[1])));
    }

    private static boolean isRedirect(HttpResponse<?> response) {
        return response.statusCode() / 100 == 3;
    }

    private static String encode(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Browsers take a connection within this machine for a safe one, and send along what is for safe ones only. */
    private static final class Cookies extends CookieManager {

        private Cookies() {
            super(null, CookiePolicy.ACCEPT_ALL);
        }

        @Override
        public void put(URI address, Map<String, List<String>> headers) throws IOException {
            super.put(
                    address,
                    headers.entrySet().stream()
                            .filter(header -> header.getKey() != null)
                            .collect(Collectors.toMap(
                                    Map.Entry::getKey,
                                    header -> header.getValue().stream()
                                            .map(it -> it.replaceAll("(?i); *secure(?=;|$)", ""))
                                            .toList())));
        }
    }
}
