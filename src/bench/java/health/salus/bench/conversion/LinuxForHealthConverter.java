package health.salus.bench.conversion;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** LinuxForHealth's converter, whose libraries are on the class path of its own process only. */
final class LinuxForHealthConverter implements Converter {

    private static final String LIBRARY = "io.github.linuxforhealth.";

    private final Object converter;
    private final Object options;
    private final Object engine;
    private final Method toText;
    private final Method toBundle;

    LinuxForHealthConverter() throws ReflectiveOperationException {
        Class<?> type = Class.forName(LIBRARY + "hl7.HL7ToFHIRConverter");
        Class<?> context = Class.forName(LIBRARY + "fhir.FHIRContext");
        Class<?> engineType = Class.forName(LIBRARY + "hl7.message.HL7MessageEngine");
        Class<?> optionsType = Class.forName(LIBRARY + "hl7.ConverterOptions");
        converter = type.getConstructor().newInstance();
        engine = engineType.getConstructor(context).newInstance(context.getConstructor().newInstance());
        options = optionsType.getField("SIMPLE_OPTIONS").get(null);
        toText = type.getMethod("convert", String.class);
        toBundle = type.getMethod("convertToBundle", String.class, optionsType, engineType);
    }

    @Override
    public String convert(byte[] message) throws Exception {
        return (String) call(toText, text(message));
    }

    /** Returns the number of entries of the Bundle, of which no text is made. */
    int map(byte[] message) throws Exception {
        Object bundle = call(toBundle, text(message), options, engine);
        return ((List<?>) bundle.getClass().getMethod("getEntry").invoke(bundle)).size();
    }

    private Object call(Method method, Object... arguments) throws Exception {
        try {
            return method.invoke(converter, arguments);
        } catch (InvocationTargetException refused) {
            throw refused.getCause() instanceof Exception cause ? cause : refused;
        }
    }

    private static String text(byte[] message) {
        return new String(message, StandardCharsets.UTF_8);
    }
}
