package io.velocitydb.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.e2e.checkout.Repository;
import io.velocitydb.e2e.process.Command;
import io.velocitydb.e2e.process.RunningServer;
import io.velocitydb.e2e.process.Velocity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every command of the documentation word for word, each page in a fresh folder with a fresh
 * home, and compares what it prints with what the page shows. Where a port that a page names is
 * taken on this machine, a free one stands in.
 */
final class TourIT {

  @TempDir Path base;
  private Velocity velocity;
  private @Nullable RunningServer server;
  private String address;

  static Stream<Path> pagesWithCommands() {
    return Repository.files().stream()
        .filter(file -> file.toString().endsWith(".md"))
        .filter(file -> !Transcript.of(Repository.read(file)).steps().isEmpty());
  }

  @BeforeEach
  void beAFreshUser() throws IOException {
    address = Velocity.addressAtOrNear2005();
    velocity = Velocity.freshUser(base).with("VELOCITY_SERVER_BIND_ADDRESS", address);
    Path here = velocity.folder().resolve("velocity");
    Files.writeString(here, "#!/bin/sh\nexec '" + Repository.root() + "/velocity' \"$@\"\n");
    assertThat(here.toFile().setExecutable(true)).isTrue();
    Files.writeString(velocity.folder().resolve(".exports"), "");
  }

  @AfterEach
  void stopTheServer() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theReadmeHasATour() {
    assertThat(pagesWithCommands()).contains(Path.of("README.md"));
    assertThat(Transcript.of(Repository.read("README.md")).steps()).hasSizeGreaterThan(10);
  }

  @ParameterizedTest
  @MethodSource("pagesWithCommands")
  void everyCommandPrintsWhatThePageShows(Path page) {
    for (Transcript.Step step :
        Transcript.of(Repository.read(page).replace("127.0.0.1:2005", address)).steps()) {
      if (step.command().contains("velocity db server")) {
        start(step);
      } else {
        run(step);
      }
    }
  }

  private void start(Transcript.Step step) {
    List<String> words = List.of(step.command().split(" ", -1));
    assertThat(words.getFirst()).isEqualTo("./velocity");
    RunningServer started =
        velocity.startServer(
            dataDirOf(words), words.subList(1, words.size()).toArray(String[]::new));
    server = started;
    // It is ready a moment before it has said so.
    Awaitility.await(step.command() + " to print " + step.output())
        .atMost(Duration.ofSeconds(10))
        .until(started::log, step::isFoundIn);
  }

  private void run(Transcript.Step step) {
    String remembering =
        ". ./.exports; { " + step.command() + "\n} 2>&1; e=$?; export -p >.exports; exit $e";
    Command.Result result =
        velocity.inFolder(List.of("bash", "-c", remembering)).run().mustSucceed();
    assertThat(step.accepts(result.out()))
        .as(
            "%s%nshown:%n%s%nprinted:%n%s",
            step.command(), String.join("\n", step.output()), result.out())
        .isTrue();
  }

  private static String dataDirOf(List<String> words) {
    int option = new ArrayList<>(words).indexOf("--data-dir");
    return option < 0 ? "velocitydb" : words.get(option + 1);
  }
}
