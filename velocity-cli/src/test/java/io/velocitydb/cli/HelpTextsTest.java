package io.velocitydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Every help text as it was approved: changing one is a decision. {@code -Dvelocity.approve=true}
 * writes them anew; look at the difference before committing it.
 */
class HelpTextsTest {
  private static final Path APPROVED = Path.of("src/test/resources/help");
  private static final boolean APPROVE = Boolean.getBoolean("velocity.approve");

  @TempDir static Path folder;

  static Stream<List<String>> commands() {
    List<List<String>> found = new ArrayList<>();
    CommandLine root = VelocityCommand.line(new CommandLineUnderTest(folder).console());
    collect(root, List.of(), found);
    return found.stream();
  }

  private static void collect(CommandLine line, List<String> words, List<List<String>> found) {
    found.add(words);
    for (Map.Entry<String, CommandLine> sub : line.getSubcommands().entrySet()) {
      List<String> longer = new ArrayList<>(words);
      longer.add(sub.getKey());
      collect(sub.getValue(), List.copyOf(longer), found);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void isAsApproved(List<String> words) throws IOException {
    List<String> arguments = new ArrayList<>(words);
    arguments.add("--help");
    CommandLineUnderTest.Result result =
        new CommandLineUnderTest(folder).run(arguments.toArray(String[]::new));
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();

    Path file = APPROVED.resolve(name(words));
    if (APPROVE) {
      Files.createDirectories(APPROVED);
      Files.writeString(file, result.out());
    }
    assertThat(file).as("approved with -Dvelocity.approve=true").exists();
    assertThat(result.out()).isEqualTo(Files.readString(file));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void hasAnExampleAndFitsTheScreen(List<String> words) throws IOException {
    String help = Files.readString(APPROVED.resolve(name(words)));

    assertThat(help).containsPattern("(?m)^Examples?:$").contains("  velocity ");
    assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(
            help.lines()
                .dropWhile(line -> !line.startsWith("Example"))
                .skip(1)
                .takeWhile(line -> !line.isBlank()))
        .as("an example is one line that can be copied")
        .allMatch(line -> line.startsWith("  ") && line.contains("velocity"));
  }

  @Test
  void noApprovedTextIsLeftOver() throws IOException {
    List<String> expected = commands().map(HelpTextsTest::name).sorted().toList();

    try (Stream<Path> files = Files.list(APPROVED)) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted()).isEqualTo(expected);
    }
  }

  private static String name(List<String> words) {
    return String.join("-", Stream.concat(Stream.of("velocity"), words.stream()).toList()) + ".txt";
  }
}
