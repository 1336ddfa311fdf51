package io.velocitydb.e2e.product;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Real input: a list of words, each standing for its line number. It is Debian's largest list of
 * English words (package {@code wamerican-insane}, some 660,000) where it is installed, else a
 * small list of made-up words beside the tests.
 *
 * @param origin what to tell the reader of the test's output
 */
record WordList(String origin, List<String> words) {

  private static final Path DEBIAN = Path.of("/usr/share/dict/american-english-insane");

  static WordList read() {
    try {
      if (Files.isReadable(DEBIAN)) {
        return new WordList(DEBIAN.toString(), Files.readAllLines(DEBIAN));
      }
      try (InputStream small = WordList.class.getResourceAsStream("/words.txt")) {
        if (small == null) {
          throw new AssertionError("words.txt is not among the test resources");
        }
        List<String> words =
            new String(small.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        return new WordList(
            "a small list, because the package wamerican-insane is not installed", words);
      }
    } catch (IOException e) {
      throw new AssertionError("cannot read the word list", e);
    }
  }

  /** Each word with {@code prefix} and its line number, in the order of the list. */
  Map<String, String> numbered(String prefix) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      values.put(words.get(i), prefix + (i + 1));
    }
    return values;
  }

  /**
   * Writes {@link #numbered} as a file to import: a line for each word, a tab between word and
   * value.
   */
  void writeTsv(Path file, String prefix) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (Map.Entry<String, String> entry : numbered(prefix).entrySet()) {
        out.write(entry.getKey() + "\t" + entry.getValue() + "\n");
      }
    }
  }
}
