package io.velocitydb.e2e.product;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The commands of a page of documentation, with what the page says they print. They stand in fenced
 * blocks of the language {@code console}: a line that begins with {@code "$ "} is a command, the
 * lines up to the next one are its output, in which {@code ...} stands for any text.
 */
record Transcript(List<Step> steps) {

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\\n(.*?)^```$");

  /**
   * One command.
   *
   * @param output the lines that the page shows below it; empty where it shows none
   */
  record Step(String command, List<String> output) {

    /** Whether {@code printed}, line for line, is what the page shows. */
    boolean accepts(String printed) {
      List<String> lines = printed.strip().lines().toList();
      if (lines.size() != output.size()) {
        return false;
      }
      for (int i = 0; i < lines.size(); i++) {
        if (!pattern(output.get(i)).matcher(lines.get(i)).matches()) {
          return false;
        }
      }
      return true;
    }

    /** Whether each line that the page shows is somewhere in {@code printed}. */
    boolean isFoundIn(String printed) {
      return output.stream()
          .allMatch(line -> printed.lines().anyMatch(pattern(line).asMatchPredicate()));
    }

    private static Pattern pattern(String line) {
      return Pattern.compile(
          Stream.of(line.split("\\.\\.\\.", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining(".*")));
    }
  }

  /** Reads the commands of a page in their order. */
  static Transcript of(String page) {
    List<Step> steps = new ArrayList<>();
    var blocks = BLOCK.matcher(page);
    while (blocks.find()) {
      for (String line : blocks.group(1).lines().toList()) {
        if (line.startsWith("$ ")) {
          steps.add(new Step(line.substring(2), new ArrayList<>()));
        } else if (steps.isEmpty()) {
          throw new AssertionError("output before the first command: " + line);
        } else {
          steps.getLast().output().add(line);
        }
      }
    }
    return new Transcript(List.copyOf(steps));
  }
}
