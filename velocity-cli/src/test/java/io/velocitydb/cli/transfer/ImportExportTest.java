package io.velocitydb.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.cli.CommandLineUnderTest;
import io.velocitydb.cli.CommandLineUnderTest.Result;
import io.velocitydb.cli.LocalServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportExportTest {
  @TempDir Path folder;
  private LocalServer local;

  @BeforeEach
  void aServerOfThisUser() throws IOException {
    LocalServer.home(folder.resolve("home"));
    local = LocalServer.over(folder.resolve("data"));
  }

  @AfterEach
  void stop() {
    local.close();
    LocalServer.restoreHome();
  }

  @Test
  void whatIsImportedIsExported() throws IOException {
    String lines = "fruit:apple\tred\nfruit:banana\tyel\\tlow\nfruit:cherry\tdark red\n";
    Path file = Files.writeString(folder.resolve("fruit.tsv"), lines);

    Result imported = run("import", file.toString());
    assertThat(imported.exitCode()).isZero();
    assertThat(imported.out()).startsWith("imported 3 entries in ");
    assertThat(imported.err()).isEmpty();

    Result exported = run("export", "--prefix", "fruit:");
    assertThat(exported.out()).isEqualTo(lines);
    assertThat(exported.err()).isEqualTo("exported 3 entries\n");
    assertThat(run("export", "--prefix", "fruit:b", "--format", "jsonl", "-q").out())
        .isEqualTo("{\"key\":\"fruit:banana\",\"value\":\"yel\\tlow\"}\n");
  }

  @Test
  void jsonLinesKeepTimesToLive() throws IOException {
    String lines =
        "{\"key\":\"a\",\"value\":\"1\",\"ttl_ms\":60000}\n{\"key_base64\":\"/w==\",\"value_base64\":\"/wA=\"}\n";
    Path file = Files.writeString(folder.resolve("all.jsonl"), lines);

    assertThat(run("import", file.toString()).exitCode()).isZero();

    assertThat(run("export", "--format", "jsonl").out()).isEqualTo(lines);
    assertThat(run("export").err())
        .contains("1 of the entries expire; tsv files lose times to live");
  }

  @Test
  void aPrefixIsPutInFrontOfEveryKey() throws IOException {
    command()
        .input("a\t1\n".getBytes(StandardCharsets.UTF_8))
        .run("import", "-", "--prefix", "new:");

    assertThat(run("export").out()).isEqualTo("new:a\t1\n");
  }

  @Test
  void manyEntriesTravelInBatches() throws IOException {
    Path file = Files.writeString(folder.resolve("many"), lines(20_000));

    Result result = run("import", file.toString(), "--output", "json");

    assertThat(result.out()).contains("\"imported\" : 20000");
    assertThat(run("export", "-q").out()).isEqualTo(lines(20_000));
    assertThat(local.server().received().stream().filter("BATCH"::equals)).hasSize(40);
  }

  @Test
  void aMalformedLineIsNamedAndWhatCameBeforeItIsStored() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.tsv"), "a\t1\nb\t2\n\nnonsense\nc\t3\n");

    Result result = run("import", file.toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            "velocity: "
                + file
                + ":4: there is no tab between key and value; the first 2 entries were stored\n");
    assertThat(run("export", "-q").out()).isEqualTo("a\t1\nb\t2\n");
  }

  @Test
  void aServerThatDiesLeavesTheNumberOfWhatItAcknowledged() throws Exception {
    Path file = Files.writeString(folder.resolve("many.tsv"), lines(50_000));
    CompletableFuture<Result> importing =
        CompletableFuture.supplyAsync(() -> run("import", file.toString()));
    local.server().awaitReceived(20);
    local.close();

    Result result = importing.get();
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).matches("(?s)velocity: .*; the first \\d+ entries were stored\n");
    long acknowledged =
        Long.parseLong(result.err().replaceAll("(?s).*the first (\\d+) entries.*", "$1"));
    assertThat(acknowledged).isLessThan(50_000).matches(count -> count % 512 == 0, "whole batches");
  }

  @Test
  void whatCannotBeReadIsSaid() {
    Result result = run("import", "nowhere.tsv");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).isEqualTo("velocity: nowhere.tsv: there is no such file or folder\n");
    assertThat(run("import", "x", "--format", "xml").exitCode()).isEqualTo(2);
    assertThat(run("export", "--format", "xml").exitCode()).isEqualTo(2);
    assertThat(run("export", "--output", "json").exitCode()).isEqualTo(2);
  }

  private static String lines(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("k%06d\t%d\n".formatted(i, i));
    }
    return lines.toString();
  }

  private CommandLineUnderTest command() {
    return new CommandLineUnderTest(folder);
  }

  private Result run(String... arguments) {
    return command().run(arguments);
  }
}
