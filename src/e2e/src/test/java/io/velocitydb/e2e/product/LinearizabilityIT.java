package io.velocitydb.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.e2e.checkout.Repository;
import io.velocitydb.e2e.process.Command;
import io.velocitydb.e2e.process.Velocity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One short round of {@code velocity-bench/run linearizability}; longer ones are run by hand. */
final class LinearizabilityIT {

  @Test
  void whatClientsWereToldIsLinearizableAlthoughTheServerWasKilled(@TempDir Path base) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Command.Result result =
        Velocity.freshUser(base)
            .inFolder(
                List.of(
                    java.toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Xmx512m",
                    "-Dvelocity.repository=" + Repository.root(),
                    "-jar",
                    Repository.root()
                        .resolve("velocity-bench/target/velocity-bench.jar")
                        .toString(),
                    "linearizability",
                    "--rounds=1",
                    "--kills=2"))
            .within(Duration.ofMinutes(3))
            .run()
            .mustSucceed();

    assertThat(result.out())
        .contains("linearizable, nothing acknowledged was lost: 1 of 1 rounds are right");
  }
}
