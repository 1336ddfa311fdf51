package io.velocitydb.bench.opening;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class OpeningCommandTest {
  @TempDir Path folder;

  @Test
  void aDirectoryOfTheSizeAskedForIsOpenedByProcessesOfTheirOwn() throws IOException {
    StringWriter out = new StringWriter();
    Path json = folder.resolve("result.json");
    int exit =
        new CommandLine(new OpeningCommand())
            .setOut(new PrintWriter(out))
            .execute("--gib=0.1", "--rounds=2", "--settle=0", "--dir=" + folder, "--json=" + json);
    assertThat(exit).as(out.toString()).isZero();
    JsonNode openings = new ObjectMapper().readTree(json.toFile());
    // Java makes no start-up cache of a class path that has folders, as a test's has.
    assertThat(openings).hasSize(2);
    for (JsonNode opening : openings) {
      assertThat(opening.get("openMillis").asDouble()).isBetween(1.0, 30_000.0);
      assertThat(opening.get("bytes").asLong()).isGreaterThan(100L << 20);
      assertThat(opening.get("files").asLong()).isGreaterThan(3);
    }
    assertThat(out.toString())
        .contains("opening 2 of 2", "without a start-up cache: median", "floor 500 ms");
  }
}
