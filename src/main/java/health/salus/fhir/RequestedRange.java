package health.salus.fhir;

import health.salus.blob.ByteRange;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRange;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which bytes a client asks for (RFC 9110, 14.2): one range, the whole, or none that exist.
 *
 * @param bytes           the one range; nothing for the whole, with which several ranges are answered too
 * @param isUnsatisfiable whether no range that was asked for lies in the content
 */
record RequestedRange(Optional<ByteRange> bytes, boolean isUnsatisfiable) {

    // A position may be beyond every content (RFC 9110, 14.1.2), also beyond what a number holds.
    private static final Pattern BEYOND = Pattern.compile("[0-9]{19,}");
    private static final String LAST = Long.toString(Long.MAX_VALUE);

    private static final RequestedRange WHOLE = new RequestedRange(Optional.empty(), false);
    private static final RequestedRange UNSATISFIABLE = new RequestedRange(Optional.empty(), true);

    static RequestedRange of(HttpServletRequest request, String etag, long size) {
        String header = request.getHeader(HttpHeaders.RANGE);
        String ifRange = request.getHeader(HttpHeaders.IF_RANGE);
        boolean otherContent = ifRange != null && !ifRange.equals(etag);
        // Units that we do not know are to be ignored, and what is no range at all.
        // A range is defined for GET alone (RFC 9110, 14.2).
        if (header == null || !request.getMethod().equals("GET") || otherContent || !header.startsWith("bytes=")) {
            return WHOLE;
        }
        try {
            return of(HttpRange.parseRanges(BEYOND.matcher(header).replaceAll(LAST)), size);
        } catch (IllegalArgumentException notARange) {
            return WHOLE;
        }
    }

    private static RequestedRange of(List<HttpRange> ranges, long size) {
        if (ranges.isEmpty()) {
            return WHOLE;
        }
        if (ranges.stream().allMatch(range -> range.getRangeStart(size) >= size)) {
            return UNSATISFIABLE;
        }
        if (ranges.size() > 1) {
            return WHOLE;
        }
        HttpRange range = ranges.get(0);
        return new RequestedRange(
                Optional.of(ByteRange.inclusive(range.getRangeStart(size), range.getRangeEnd(size))), false);
    }
}
