package health.salus.mapping;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A piece of a mapping file that knows the line it stands in, so that every complaint can name it. */
record YamlNode(String file, Node node) {

    /** Reads a file, or throws {@link MappingSyntaxException}. */
    static YamlNode parse(String file, String content) {
        try {
            Node root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(content));
            if (root == null) {
                throw new MappingSyntaxException(file, 1, "the file is empty");
            }
            return new YamlNode(file, root);
        } catch (MarkedYAMLException broken) {
            int line = broken.getProblemMark() == null
                    ? 1
                    : broken.getProblemMark().getLine() + 1;
            throw new MappingSyntaxException(file, line, "not YAML: " + broken.getProblem());
        }
    }

    /** Tells whether this stands in a part that several messages share, which need not have all it speaks of. */
    boolean isShared() {
        return file.startsWith(MappingFiles.SEGMENTS);
    }

    /** Names the file and the line, {@code segments/PID.yaml:12}. */
    String place() {
        return file + ":" + line();
    }

    boolean isMapping() {
        return node instanceof MappingNode;
    }

    /** Returns the entries of a mapping in the order of the file. */
    Map<String, YamlNode> entries() {
        if (!(node instanceof MappingNode mapping)) {
            throw error("expected 'key: value' lines");
        }
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            YamlNode key = new YamlNode(file, tuple.getKeyNode());
            if (entries.put(key.text(), new YamlNode(file, tuple.getValueNode())) != null) {
                throw key.error("'" + key.text() + "' stands twice");
            }
        }
        return entries;
    }

    /** Returns the entries of a mapping that may have no keys but these. */
    Map<String, YamlNode> entries(Set<String> allowed) {
        Map<String, YamlNode> entries = entries();
        entries.forEach((key, value) -> {
            if (!allowed.contains(key)) {
                throw value.error("'" + key + "' is unknown here; known are "
                        + String.join(", ", allowed.stream().sorted().toList()));
            }
        });
        return entries;
    }

    /** Returns an entry of this mapping that must be there. */
    YamlNode required(String key) {
        return optional(key).orElseThrow(() -> error("'" + key + "' is missing"));
    }

    Optional<YamlNode> optional(String key) {
        return Optional.ofNullable(entries().get(key));
    }

    /** Returns the items of a list; anything else is a list of one. */
    List<YamlNode> items() {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream()
                    .map(item -> new YamlNode(file, item))
                    .toList();
        }
        return List.of(this);
    }

    List<String> texts() {
        return items().stream().map(YamlNode::text).toList();
    }

    String text() {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw error("expected a single value");
    }

    MappingSyntaxException error(String problem) {
        return new MappingSyntaxException(file, line(), problem);
    }

    private int line() {
        return node.getStartMark().getLine() + 1;
    }
}
