package io.velocitydb.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.e2e.checkout.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What may not stand in a source file, and how long one may be. */
final class SourcesTest {

  private static final int LINES_MAX = 600;

  /** Longer files, each with the reason why it has one purpose and yet so many lines. */
  private static final Map<String, String> LONGER =
      Map.of(
          "velocity-engine/src/test/java/io/velocitydb/engine/faults/SimVfs.java",
          "one simulated file system: every operation works on the same state of what is durable");

  // Written in two halves, so that this file does not contain what it forbids.
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  private static final Pattern DISABLED_WITHOUT_A_DEFECT =
      Pattern.compile("@Dis" + "abled\\b(?!\\(\\s*\"open defect: )");

  private static final Pattern FOLDER_OF_A_MACHINE =
      Pattern.compile("(?<![\\w.}~/-])/(work|root|farm|home/\\w+|Us" + "ers/\\w+)/");

  @Test
  void nothingIsLeftUnfinished() {
    assertThat(linesThatMatch(UNFINISHED)).isEmpty();
  }

  @Test
  void aTestThatIsSwitchedOffNamesTheOpenDefectItWaitsFor() {
    assertThat(handwritten())
        .noneMatch(file -> DISABLED_WITHOUT_A_DEFECT.matcher(Repository.read(file)).find());
  }

  @Test
  void noFileNamesAFolderOfSomeonesMachine() {
    assertThat(linesThatMatch(FOLDER_OF_A_MACHINE)).isEmpty();
  }

  @Test
  void filesAreShort() {
    List<String> tooLong = new ArrayList<>();
    for (Path file : handwritten()) {
      long lines = Repository.read(file).lines().count();
      if (lines > LINES_MAX
          && file.toString().endsWith(".java")
          && !LONGER.containsKey(file.toString())) {
        tooLong.add(file + ": " + lines + " lines");
      }
    }
    assertThat(tooLong)
        .as("files of more than %d lines; look for the second reason", LINES_MAX)
        .isEmpty();
  }

  @Test
  void filesThatMayBeLongerStillAre() {
    LONGER.forEach(
        (file, reason) -> {
          assertThat(reason).as(file).isNotBlank();
          assertThat(Repository.read(file).lines().count()).as(file).isGreaterThan(LINES_MAX);
        });
  }

  private static List<String> linesThatMatch(Pattern pattern) {
    List<String> found = new ArrayList<>();
    for (Path file : handwritten()) {
      int number = 0;
      for (String line : Repository.read(file).lines().toList()) {
        number++;
        if (pattern.matcher(line).find()) {
          found.add(file + ":" + number + ": " + line.strip());
        }
      }
    }
    return found;
  }

  /** Text that a person wrote: no generated code, no word lists, no binary test data. */
  private static List<Path> handwritten() {
    List<Path> files =
        Repository.files().stream()
            .filter(file -> !Repository.isGenerated(file))
            .filter(Repository::isText)
            .toList();
    assertThat(files).hasSizeGreaterThan(50);
    return files;
  }
}
