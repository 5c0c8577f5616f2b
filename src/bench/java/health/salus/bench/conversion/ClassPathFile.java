package health.salus.bench.conversion;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes down where Maven has put the libraries of another converter, for a process that has those and not ours. */
public final class ClassPathFile {

    private ClassPathFile() {}

    /** Writes the class path that this runs with into the file that is named. */
    public static void main(String[] arguments) throws Exception {
        URLClassLoader loader = (URLClassLoader) Thread.currentThread().getContextClassLoader();
        List<String> places = new ArrayList<>();
        for (URL url : loader.getURLs()) {
            places.add(path(url));
        }
        Path file = Path.of(arguments[0]);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, String.join(File.pathSeparator, places));
    }

    private static String path(URL url) throws URISyntaxException {
        return Path.of(url.toURI()).toString();
    }
}
