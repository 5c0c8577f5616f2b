package health.salus.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;

/**
 * Watches JSON go by and stops at a number with an exponent that is no measurement. HAPI writes such a number out in
 * full: {@code 1e99999999} takes a hundred million digits, and minutes, before anything else of the request is looked at.
 */
final class JsonNumberGuard {

    private static final int LARGEST = 300;

    private boolean inString;
    private boolean escaped;
    private boolean inExponent;
    private int exponent;
    private int previous;

    /** Looks at the next byte; throws {@link InvalidRequestException} (400) if it makes an exponent too long. */
    void next(int value) {
        if (inString) {
            readString(value);
        } else if (value == '"') {
            inString = true;
        } else {
            readNumber(value);
        }
    }

    private void readString(int value) {
        inString = escaped || value != '"';
        escaped = !escaped && value == '\\';
    }

    private void readNumber(int value) {
        boolean digit = value >= '0' && value <= '9';
        if ((value == 'e' || value == 'E') && (previous == '.' || Character.isDigit(previous))) {
            inExponent = true;
            exponent = 0;
        } else if (inExponent && digit) {
            exponent = exponent * 10 + Character.digit(value, 10);
        } else if (value != '+' && value != '-') {
            inExponent = false;
        }
        previous = value;
        if (inExponent && exponent > LARGEST) {
            throw new InvalidRequestException("A number has an exponent beyond " + LARGEST);
        }
    }
}
