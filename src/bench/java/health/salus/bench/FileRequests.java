package health.salus.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;

/** The time of small requests, one after the other: a document with 2 MB inside, a file of 10 kB, a plain resource. */
final class FileRequests {

    private static final int DOCUMENT = 2 * 1024 * 1024;
    private static final int SMALL = 10 * 1024;
    private static final int WARM_UP = 30;

    private final Http http;
    private final String server;
    private final int seconds;
    private final Measurements measurements;
    private final Random random = new Random(4711);

    FileRequests(Http http, String server, int seconds, Measurements measurements) {
        this.http = http;
        this.server = server;
        this.seconds = seconds;
        this.measurements = measurements;
    }

    void run(int rounds) throws IOException {
        String patient = createPatient(http);
        String binary = create(
                http,
                "/Binary",
                "{\"resourceType\":\"Binary\",\"contentType\":\"application/pdf\",\"data\":\"" + data(SMALL) + "\"}");
        for (int i = 0; i < WARM_UP; i++) {
            http.get(patient);
            read(binary);
            create(http, "/DocumentReference", document());
        }
        for (int round = 1; round <= rounds; round++) {
            measure(round, "read a resource", () -> http.get(patient));
            measure(round, "read a file of 10 kB", () -> read(binary));
            measure(round, "create with 2 MB inside", () -> create(http, "/DocumentReference", document()));
            measure(round, "create without", () -> create(http, "/DocumentReference", withoutData()));
        }
    }

    /**
     * Creates a small resource.
     *
     * @return its path
     */
    static String createPatient(Http http) throws IOException {
        return create(
                http,
                "/Patient",
                "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Messung\",\"given\":[\"Mia\"]}]}");
    }

    private void measure(int round, String workload, Request request) throws IOException {
        double[] times = new double[10_000];
        int count = 0;
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < end && count < times.length) {
            long start = System.nanoTime();
            request.send();
            times[count++] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(times, 0, count);
        measurements.add(new Measurement(server, round, workload, "ms", times[count / 2]));
    }

    private Object read(String location) throws IOException {
        Http.Answer answer = http.get(location + "?_format=" + "application/pdf");
        if (answer.status() != 200 || answer.body().length != SMALL) {
            throw new IOException("Answered " + answer.status() + " with " + answer.body().length + " bytes");
        }
        return answer;
    }

    private static String create(Http http, String path, String resource) throws IOException {
        Http.Answer answer = http.send("POST", path, resource.getBytes(StandardCharsets.UTF_8));
        if (answer.status() != 201) {
            throw new IOException("Answered " + answer.status() + " " + answer.text());
        }
        return path + "/" + answer.text().replaceFirst("(?s).*?\"id\":\"([^\"]+)\".*", "$1");
    }

    private String document() {
        return document("\"data\":\"" + data(DOCUMENT) + "\"");
    }

    private static String withoutData() {
        return document("\"url\":\"http://example.org/elsewhere\"");
    }

    private static String document(String content) {
        return "{\"resourceType\":\"DocumentReference\",\"status\":\"current\",\"content\":[{\"attachment\":"
                + "{\"contentType\":\"application/pdf\"," + content + "}}]}";
    }

    /** Other bytes each time, because equal ones would be stored once. */
    private String data(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        System.arraycopy("%PDF-1.7".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 8);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private interface Request {
        Object send() throws IOException;
    }
}
