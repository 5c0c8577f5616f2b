package health.salus.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What clients do, one request at a time. Each fails unless it is answered as it should be. */
final class Workloads {

    private static final int BATCH_SIZE = 20;

    private final Http http;
    private final Sample sample;
    private final ConcurrentLinkedQueue<String> created = new ConcurrentLinkedQueue<>();

    Workloads(Http http, Sample sample) {
        this.http = http;
        this.sample = sample;
    }

    /** Everything that is measured for a while, by its name in the report. */
    Map<String, LoadDriver.Step> mixes() {
        Map<String, LoadDriver.Step> mixes = new LinkedHashMap<>();
        mixes.put("read", this::read);
        mixes.put("vread", this::readVersion);
        mixes.put("create", this::create);
        mixes.put("update", this::update);
        mixes.put("CRUD mix", this::crud);
        mixes.put("search mix", random -> SearchMix.step(http, sample, random));
        mixes.put("batch of " + BATCH_SIZE + " creates", this::batch);
        mixes.put("transaction of " + BATCH_SIZE, this::transaction);
        mixes.put("$everything", this::everything);
        mixes.put("metadata", random -> require(http.get("/metadata"), 200));
        return mixes;
    }

    private void read(Random random) throws IOException {
        String type = sample.anyType(random);
        require(http.get("/" + type + "/" + sample.id(type, random)), 200);
    }

    private void readVersion(Random random) throws IOException {
        String type = sample.anyType(random);
        require(http.get("/" + type + "/" + sample.id(type, random) + "/_history/1"), 200);
    }

    private void create(Random random) throws IOException {
        String type = sample.anyType(random);
        Http.Answer answer = http.send("POST", "/" + type, sample.asNew(type, random));
        require(answer, 201);
        created.add(type + "/" + Sample.parse(answer).path("id").asText());
    }

    private void update(Random random) throws IOException {
        String type = sample.anyType(random);
        ObjectNode resource = sample.any(type, random);
        Http.Answer answer = http.send(
                "PUT", "/" + type + "/" + resource.path("id").asText(), sample.changed(resource, random));
        // Two clients may change the same one at the same time; the loser is told so.
        if (answer.status() != 409) {
            require(answer, 200);
        }
    }

    /** Ten creates, sixty reads, twenty-five updates and five deletes in a hundred. */
    private void crud(Random random) throws IOException {
        int draw = random.nextInt(100);
        if (draw < 10) {
            create(random);
        } else if (draw < 70) {
            read(random);
        } else if (draw < 95) {
            update(random);
        } else {
            delete(random);
        }
    }

    private void delete(Random random) throws IOException {
        String own = created.poll();
        if (own == null) {
            create(random);
        } else {
            require(http.send("DELETE", "/" + own, null), 200);
        }
    }

    private void everything(Random random) throws IOException {
        require(http.get("/Patient/" + sample.id("Patient", random) + "/$everything?_count=50"), 200);
    }

    private void batch(Random random) throws IOException {
        Http.Answer answer = http.send("POST", "", bundle("batch", random));
        require(answer, 200);
        Iterator<com.fasterxml.jackson.databind.JsonNode> entries =
                Sample.parse(answer).path("entry").elements();
        while (entries.hasNext()) {
            String status = entries.next().at("/response/status").asText();
            if (!status.startsWith("201")) {
                throw new IOException("An entry of a batch was answered " + status);
            }
        }
    }

    private void transaction(Random random) throws IOException {
        require(http.send("POST", "", bundle("transaction", random)), 200);
    }

    private byte[] bundle(String type, Random random) throws IOException {
        ObjectNode bundle = JsonNodeFactory.instance.objectNode();
        bundle.put("resourceType", "Bundle").put("type", type);
        ArrayNode entries = bundle.putArray("entry");
        for (int i = 0; i < BATCH_SIZE; i++) {
            String resourceType = sample.anyType(random);
            ObjectNode entry = entries.addObject();
            ObjectNode resource = sample.any(resourceType, random).deepCopy();
            resource.remove(java.util.List.of("id", "meta"));
            entry.set("resource", resource);
            entry.putObject("request").put("method", "POST").put("url", resourceType);
        }
        return Sample.bytes(bundle);
    }

    static void require(Http.Answer answer, int status) throws IOException {
        if (answer.status() != status) {
            String text = answer.text();
            throw new IOException("Expected " + status + ", got " + answer.status() + ": "
                    + text.substring(0, Math.min(300, text.length())));
        }
    }
}
