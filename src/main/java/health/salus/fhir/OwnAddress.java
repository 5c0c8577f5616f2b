package health.salus.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.hl7.fhir.r4.model.Attachment;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognizes attachment URLs below the tenant's own base, and stores them without it, so that the server can change its
 * address.
 *
 * <p>A client may write any name under which it reached this server, with or without TLS, as a proxy in between makes it.
 * Nothing is gained by a false one: a URL is no right to the bytes behind it.
 */
@Component
class OwnAddress {

    private static final Pattern URL = Pattern.compile("https?://([^/?#]+)(/[^?#]*)/(Binary/[A-Za-z0-9.-]{1,64})");

    void makeRelative(Carrier carrier, RequestDetails request) {
        // What a signature covers stays as it was signed.
        if (carrier.isSigned()) {
            return;
        }
        carrier.attachments().stream()
                .filter(Attachment::hasUrl)
                .forEach(it -> it.setUrl(relative(it.getUrl(), request)));
    }

    private static String relative(String url, RequestDetails request) {
        // Nearly all are relative or far away, which is seen without taking them apart.
        if (!url.startsWith("http") || request.getFhirServerBase() == null) {
            return url;
        }
        URI base = URI.create(request.getFhirServerBase());
        Matcher matcher = URL.matcher(url);
        return matcher.matches() && matcher.group(2).equals(base.getPath()) && isOurs(matcher.group(1), base, request)
                ? matcher.group(3)
                : url;
    }

    private static boolean isOurs(String authority, URI base, RequestDetails request) {
        return authority.equalsIgnoreCase(base.getAuthority())
                || (request instanceof ServletRequestDetails servlet && authority.equalsIgnoreCase(host(servlet)));
    }

    private static String host(ServletRequestDetails request) {
        String host = request.getServletRequest().getHeader(HttpHeaders.HOST);
        return host == null ? "" : host.toLowerCase(Locale.ROOT);
    }
}
