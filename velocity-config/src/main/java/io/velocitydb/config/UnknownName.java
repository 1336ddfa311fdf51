package io.velocitydb.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Says which right name is nearest to a wrong one. */
final class UnknownName {
  private UnknownName() {}

  /** All names a file may use. */
  static List<String> keys() {
    return Keys.all().stream()
        .flatMap(key -> Stream.concat(Stream.of(key.name()), key.aliases().stream()))
        .toList();
  }

  /** "unknown key server.bind_adress; did you mean server.bind_address?". */
  static String message(String kind, String name, Collection<String> right) {
    String unknown = "unknown " + kind + " " + name;
    if (right.stream().anyMatch(key -> key.startsWith(name + "."))) {
      return name + " is a section; write [" + name + "] and its keys below it";
    }
    return nearest(name, right)
        .map(near -> unknown + "; did you mean " + near + "?")
        .orElse(unknown + "; \"velocity config show\" lists what there is");
  }

  /**
   * The nearest name that is near enough to be a slip: the right key in another section, or a few
   * letters away.
   */
  static Optional<String> nearest(String name, Collection<String> right) {
    String last = lastPart(name);
    return right.stream()
        .min(
            Comparator.comparingInt((String key) -> score(name, last, key))
                .thenComparing(Comparator.naturalOrder()))
        .filter(key -> score(name, last, key) <= Math.max(2, last.length() / 3));
  }

  private static int score(String name, String last, String key) {
    int whole = distance(name, key);
    int part =
        name.indexOf('.') >= 0 || key.indexOf('.') >= 0 ? distance(last, lastPart(key)) + 1 : whole;
    return Math.min(whole, part);
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Levenshtein's distance, by the row-by-row method of Wagner and Fischer. */
  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
