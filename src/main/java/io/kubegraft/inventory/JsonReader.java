package io.kubegraft.inventory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads JSON into a [Tree]. Ansible's own two markers in it, `{"__ansible_vault": …}` and
/// `{"__ansible_unsafe": …}`, mean what they mean there.
final class JsonReader {
  private final Path file;
  private final JsonParser parser;

  private JsonReader(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /// @return empty when the text is no JSON
  static Optional<Tree> read(Path file, String text) {
    String start = text.stripLeading();
    if (!start.startsWith("{") && !start.startsWith("[")) {
      return Optional.empty();
    }
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      Tree tree = new JsonReader(file, parser).tree(parser.nextToken());
      return parser.nextToken() == null ? Optional.of(tree) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }

  private Tree tree(JsonToken token) throws IOException {
    int line = line();
    return switch (token) {
      case START_OBJECT -> dict(line);
      case START_ARRAY -> items(line);
      case VALUE_STRING -> new Tree.Leaf(parser.getText(), line);
      case VALUE_TRUE -> new Tree.Leaf(true, line);
      case VALUE_FALSE -> new Tree.Leaf(false, line);
      case VALUE_NULL -> new Tree.Leaf(Null.NULL, line);
      case VALUE_NUMBER_INT -> new Tree.Leaf(PythonTokens.fit(parser.getBigIntegerValue()), line);
      case VALUE_NUMBER_FLOAT -> new Tree.Leaf(parser.getDoubleValue(), line);
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("JSON parser gave " + token);
    };
  }

  private Tree items(int line) throws IOException {
    List<Tree> items = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      items.add(tree(t));
    }
    return new Tree.Items(items, line);
  }

  private Tree dict(int line) throws IOException {
    Map<Object, Tree.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      int keyLine = line();
      Tree.Entry entry = new Tree.Entry(key, keyLine, tree(parser.nextToken()));
      if (entries.put(key, entry) != null) {
        throw InventoryException.at(
            new Origin(file, keyLine),
            "Key " + key + " is given twice",
            "Keep one of the two; Ansible silently takes the last.");
      }
    }
    if (entries.containsKey("__ansible_vault")) {
      return new Tree.Leaf(new Vaulted(), line);
    }
    Tree.Entry unsafe = entries.get("__ansible_unsafe");
    if (unsafe != null) {
      return new Tree.Leaf(new Unsafe(PyText.str(unsafe.value().plain())), line);
    }
    return new Tree.Dict(Collections.unmodifiableMap(entries), line);
  }
}
