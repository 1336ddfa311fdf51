package io.velocitydb.cli.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.cli.CommandLineUnderTest;
import io.velocitydb.cli.CommandLineUnderTest.Result;
import io.velocitydb.cli.LocalServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCommandsTest {
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
  void whatIsSetIsGot() {
    Result set = run("set", "greeting", "hello, world");
    assertThat(set.exitCode()).isZero();
    assertThat(set.out()).isEmpty();
    assertThat(set.err()).startsWith("stored, version ");

    Result get = run("get", "greeting");
    assertThat(get.exitCode()).isZero();
    assertThat(get.out()).isEqualTo("hello, world\n");
    assertThat(get.err()).isEmpty();
  }

  @Test
  void aMissingKeyIsExitCodeThree() {
    for (String command : new String[] {"get", "ttl"}) {
      Result result = run(command, "nothing");
      assertThat(result.exitCode()).as(command).isEqualTo(3);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).isEqualTo("velocity: there is no key nothing\n");
    }
    assertThat(run("exists", "nothing").exitCode()).isEqualTo(3);
    assertThat(run("del", "nothing").exitCode()).isEqualTo(3);
    assertThat(run("del", "nothing").out()).isEqualTo("0\n");
  }

  @Test
  void bytesArriveAsTheyAre() {
    byte[] bytes = {0, 1, (byte) 0xff, '\n', (byte) 0x80};
    assertThat(command().input(bytes).run("set", "binary", "-").exitCode()).isZero();

    assertThat(run("get", "binary", "--raw").outBytes()).isEqualTo(bytes);
    assertThat(run("get", "binary", "--hex").out()).isEqualTo("0x0001ff0a80\n");
    assertThat(run("get", "binary", "--output", "json").out())
        .contains("\"value_base64\" : \"AAH/CoA=\"");
  }

  @Test
  void keysAndValuesMayBeHexadecimal() {
    assertThat(run("set", "0x00ff", "0x41420a", "--hex").exitCode()).isZero();

    assertThat(run("get", "0x00ff", "--hex").out()).isEqualTo("0x41420a\n");
    assertThat(run("get", "0x00ff", "--raw", "--hex").outBytes())
        .isEqualTo("AB\n".getBytes(StandardCharsets.UTF_8));
    assertThat(run("get", "0x00ff").exitCode()).as("without --hex it is text").isEqualTo(3);
    assertThat(run("get", "0xzz", "--hex").exitCode()).isEqualTo(2);
    assertThat(run("get", "0x1", "--hex").err()).contains("is not hexadecimal");
  }

  @Test
  void onATerminalControlCharactersAreShownNotObeyed() {
    command().input("red \u001b[31m\ttab".getBytes(StandardCharsets.UTF_8)).run("set", "evil", "-");

    assertThat(command().onTerminal().run("get", "evil").out()).isEqualTo("red \\u001b[31m\ttab\n");
    assertThat(run("get", "evil").out()).isEqualTo("red \u001b[31m\ttab\n");
    assertThat(run("scan", "evil").out()).contains("red \\u001b[31m\\ttab");
  }

  @Test
  void conditionsThatDoNotHoldStoreNothing() {
    run("set", "k", "first");

    Result absent = run("set", "k", "second", "--if-absent");
    assertThat(absent.exitCode()).isEqualTo(1);
    assertThat(absent.err()).startsWith("velocity: not stored: the key is there, with version ");

    assertThat(run("set", "k", "second", "--if-version", "1").exitCode()).isEqualTo(1);
    assertThat(run("set", "other", "second", "--if-version", "1").err())
        .contains("there is no such key");
    assertThat(run("get", "k").out()).isEqualTo("first\n");

    String json = run("get", "k", "--output", "json").out();
    String version = json.replaceAll("(?s).*\"version\" : \"(\\d+)\".*", "$1");
    assertThat(run("set", "k", "second", "--if-version", version).exitCode()).isZero();
    assertThat(run("get", "k").out()).isEqualTo("second\n");
  }

  @Test
  void numbersCountUpAndDown() {
    assertThat(run("incr", "n").out()).isEqualTo("1\n");
    assertThat(run("incr", "n", "10").out()).isEqualTo("11\n");
    assertThat(run("incr", "n", "-20").out()).isEqualTo("-9\n");
    assertThat(run("incr", "n", "--output", "json").out()).contains("\"value\" : -8");
    assertThat(run("incr", "n", "many").exitCode()).isEqualTo(2);
    run("set", "word", "x");
    assertThat(run("incr", "word").exitCode()).isEqualTo(1);
  }

  @Test
  void keysExpire() {
    run("set", "short", "x", "--ttl", "1d12h");
    run("set", "long", "x");

    assertThat(run("ttl", "short").out()).isEqualTo("1d12h\n");
    assertThat(run("ttl", "long").out()).isEqualTo("none\n");
    assertThat(run("ttl", "long", "--output", "json").out()).contains("\"ttl_ms\" : null");
    local.server().passTime(Duration.ofMillis(1_500));
    assertThat(run("ttl", "short").out()).isEqualTo("1d11h59m58s\n");
    local.server().passTime(Duration.ofHours(36).minusMillis(6_000));
    assertThat(run("ttl", "short").out()).isEqualTo("4s500ms\n");
    local.server().passTime(Duration.ofHours(36));
    assertThat(run("ttl", "short").exitCode()).isEqualTo(3);
    assertThat(run("set", "short", "x", "--ttl", "soon").exitCode()).isEqualTo(2);
  }

  @Test
  void existsAndDelCount() {
    run("set", "a", "1");
    run("set", "b", "2");

    assertThat(run("exists", "a", "b", "c", "a").out()).isEqualTo("3\n");
    assertThat(run("del", "a", "c").out()).isEqualTo("1\n");
    assertThat(run("del", "b", "--output", "json").out()).contains("\"deleted\" : 1");
    assertThat(run("exists", "b", "-q").out()).isEmpty();
  }

  @Test
  void aScanListsInOrder() {
    run("set", "fruit:cherry", "dark red");
    run("set", "fruit:apple", "red", "--ttl", "2h");
    run("set", "fruit:banana", "yellow");
    run("set", "other", "x");

    assertThat(run("scan", "fruit:", "--limit", "2").out())
        .isEqualTo(
            """
            KEY           EXPIRES IN  VALUE
            fruit:apple           2h  red
            fruit:banana              yellow
            """);
    assertThat(run("scan", "--keys-only").out())
        .isEqualTo("fruit:apple\nfruit:banana\nfruit:cherry\nother\n");
    assertThat(run("scan", "fruit:a", "--output", "json").out())
        .contains(
            "\"entries\" : [",
            "\"key\" : \"fruit:apple\"",
            "\"value\" : \"red\"",
            "\"ttl_ms\" : 7200000");
    assertThat(run("scan", "none").out()).isEqualTo("KEY  EXPIRES IN  VALUE\n");
    assertThat(run("scan", "--limit", "0").exitCode()).isEqualTo(2);
  }

  @Test
  void aScanGoesOnOverManyPages() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 2_500; i++) {
      lines.append("k%05d\t%d%n".formatted(i, i));
    }
    command().input(lines.toString().getBytes(StandardCharsets.UTF_8)).run("import", "-");

    assertThat(run("scan", "--keys-only").out().lines()).hasSize(2_500);
    assertThat(run("scan").out().lines()).hasSize(2_501);
  }

  @Test
  void pingTellsATime() {
    assertThat(run("ping").out()).matches("\\d+\\.\\d\\d ms\n");
  }

  private CommandLineUnderTest command() {
    return new CommandLineUnderTest(folder);
  }

  private Result run(String... arguments) {
    return command().run(arguments);
  }
}
