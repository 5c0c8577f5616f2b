package health.salus.appstate;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import org.hl7.fhir.r4.model.Basic;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The {@code Basic} resource that an app sends. What cannot be kept whole is refused.
 *
 * @param id      the id in it, or null
 * @param version the version in it, or null
 * @param subject whom it is about, as {@code Patient/17}, or null
 * @param content what remains: the code and the extensions
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/app-state.html#create">SMART App Launch 2.2, app state, create</a>
 */
record AppStateBody(
        @Nullable String id,
        @Nullable String version,
        @Nullable String subject,
        Coding coding,
        Basic content) {

    /** The most that the specification lets an app send without asking. */
    static final int MOST_BYTES = 256 * 1024;

    private static final Set<String> SUBJECTS =
            Set.of("Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Person");
    private static final Pattern SUBJECT = Pattern.compile("([A-Z][A-Za-z]+)/[A-Za-z0-9.-]{1,64}");
    private static final Pattern SYSTEM = Pattern.compile("[^\\p{Cntrl}\\s|,\\\\$]{1,500}");
    private static final Pattern CODE = Pattern.compile("[^\\p{Cntrl}\\s|,\\\\$]+( [^\\p{Cntrl}\\s|,\\\\$]+)*");
    private static final int LONGEST_CODE = 200;

    /**
     * Reads a body.
     *
     * @param fhirBase the base that subjects are on
     * @throws AppStateRefusal 413 if it is too large, 400 if it is no such resource
     */
    static AppStateBody read(InputStream body, String fhirBase) throws IOException {
        byte[] bytes = body.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new AppStateRefusal(
                    HttpStatus.PAYLOAD_TOO_LARGE, "too-long", "A state has at most 256 KB as it is sent");
        }
        Basic sent = parse(bytes);
        Coding coding = coding(sent);
        requireTexts(sent);
        requireNothingElse(sent);
        Basic content = new Basic().setCode(new CodeableConcept(coding.copy()));
        sent.getExtension().forEach(it -> content.addExtension(it.copy()));
        return new AppStateBody(
                sent.getIdElement().getIdPart(),
                sent.getMeta().getVersionId(),
                sent.hasSubject() ? subject(sent.getSubject(), fhirBase) : null,
                coding,
                content);
    }

    /**
     * Reads an absolute reference to a subject, or refuses it with 400.
     *
     * @return the reference without the base
     */
    static String subject(String reference, String fhirBase) {
        String local = reference.startsWith(fhirBase + "/") ? reference.substring(fhirBase.length() + 1) : "";
        var matcher = SUBJECT.matcher(local);
        if (!matcher.matches() || !SUBJECTS.contains(matcher.group(1))) {
            throw AppStateRefusal.badRequest("subject is the absolute address of a Patient, Practitioner,"
                    + " PractitionerRole, RelatedPerson or Person at " + fhirBase);
        }
        return local;
    }

    /** Reads {@code system|code}, or refuses it with 400. */
    static Coding coding(String token) {
        int bar = token.indexOf('|');
        Coding coding = bar < 0
                ? new Coding()
                : new Coding().setSystem(token.substring(0, bar)).setCode(token.substring(bar + 1));
        return checked(coding);
    }

    private static Basic parse(byte[] bytes) {
        IParser parser = FhirContext.forR4Cached().newJsonParser();
        parser.setParserErrorHandler(new StrictErrorHandler());
        try {
            // Left to itself, the decoder would put other characters in the place of those that it cannot read.
            String json = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return parser.parseResource(Basic.class, json);
        } catch (DataFormatException | CharacterCodingException | ClassCastException | IllegalArgumentException e) {
            throw AppStateRefusal.badRequest("The body is no Basic resource of FHIR R4 in JSON");
        }
    }

    private static Coding coding(Basic sent) {
        if (sent.getCode().getCoding().size() != 1) {
            throw AppStateRefusal.badRequest("code has exactly one coding, with the system and code of the app");
        }
        return checked(sent.getCode().getCodingFirstRep());
    }

    private static Coding checked(Coding coding) {
        String system = coding.getSystem();
        String code = coding.getCode();
        boolean good = system != null
                && SYSTEM.matcher(system).matches()
                && code != null
                && code.length() <= LONGEST_CODE
                && CODE.matcher(code).matches();
        if (!good) {
            throw AppStateRefusal.badRequest(
                    "code is a system and a code, as system|code in a search: up to 500 and 200"
                            + " characters, without |, comma, backslash and $");
        }
        return coding;
    }

    private static void requireTexts(Basic sent) {
        for (Extension extension : sent.getExtension()) {
            boolean text = extension.getValue() instanceof StringType value
                    && !extension.hasExtension()
                    && !value.hasExtension()
                    && extension.getUrl() != null;
            if (!text) {
                throw AppStateRefusal.badRequest("Each extension has a url and a valueString and nothing else");
            }
        }
    }

    // Rather than dropping a part of what an app wants kept.
    private static void requireNothingElse(Basic sent) {
        Basic rest = sent.copy();
        rest.setId((String) null);
        rest.setMeta(null);
        rest.setSubject(null);
        rest.setExtension(null);
        rest.getCode().setCoding(null);
        boolean plainReference =
                !sent.hasSubject() || new Reference(sent.getSubject().getReference()).equalsDeep(sent.getSubject());
        if (!rest.isEmpty() || !plainReference) {
            throw AppStateRefusal.badRequest(
                    "A state has code.coding, subject.reference and extension; anything else cannot be kept");
        }
    }

    private static String subject(Reference reference, String fhirBase) {
        return subject(String.valueOf(reference.getReference()), fhirBase);
    }
}
