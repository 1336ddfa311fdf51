package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.faults.FailingVfs;
import io.velocitydb.engine.faults.FailingVfs.Fault;
import io.velocitydb.engine.faults.SimVfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A directory whose format is raised has the old or the new one, whatever fails meanwhile. */
class FinalizeFormatTest {
  private static final byte[] KEY = "large".getBytes(StandardCharsets.UTF_8);

  private final SimVfs prepared = new SimVfs(1);

  @BeforeEach
  void aDirectoryOfFormat1() throws IOException {
    Path from = Path.of("src/test/resources/format-1");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Path target = Machine.DIRECTORY.resolve(from.relativize(file).toString());
        prepared.createDirectories(target.getParent());
        prepared.setContents(target, Files.readAllBytes(file));
      }
    }
    Machine machine = machine(prepared);
    machine.open(FormatDirectory.options()).close();
    assertThat(prepared.openFiles()).isEmpty();
  }

  private static Machine machine(SimVfs disk) {
    Machine machine = new Machine(disk, 1);
    machine.clock.setWall(FormatDirectory.TIME + 2_000);
    return machine;
  }

  private static boolean attempt(Engine engine) {
    try {
      engine.finalizeFormat();
      return true;
    } catch (EngineException e) {
      assertThat(e.kind())
          .as(e.toString())
          .isIn(EngineException.Kind.STORAGE_ERROR, EngineException.Kind.DISK_FULL);
      return false;
    }
  }

  /** The old format or the new one; all that was there; and it can be raised (again). */
  private static void demandWhole(Machine machine, boolean done) {
    Engine engine = machine.open(FormatDirectory.options());
    try {
      assertThat(engine.format()).isIn(1, 2);
      assertThat(engine.format() == 2 || !done).isTrue();
      FormatDirectory.check(engine);
      engine.finalizeFormat();
      Database database = engine.database("first");
      database.put(KEY, new byte[2 << 20]);
      database.flush();
    } finally {
      engine.close();
    }
    engine = machine.open(FormatDirectory.options());
    try {
      assertThat(engine.format()).isEqualTo(2);
      assertThat(engine.database("first").get(KEY).orElseThrow().value()).hasSize(2 << 20);
      assertThat(engine.verify().problems()).isEmpty();
    } finally {
      engine.close();
    }
    machine.demandNothingLeft();
  }

  private static void close(Engine engine) {
    try {
      engine.close();
    } catch (EngineException e) {
      assertThat(e.kind()).isEqualTo(EngineException.Kind.STORAGE_ERROR);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"IO_ERROR", "DISK_FULL"})
  void anyOperationMayFail(Fault fault) {
    for (long n = 1; ; n++) {
      Machine machine = machine(prepared.copy(n));
      Engine engine = machine.open(FormatDirectory.options());
      machine.failing.fail(n, FailingVfs.ALL, fault, false);
      boolean done = attempt(engine);
      machine.failing.heal();
      long failures = machine.failing.failures();
      // Reads go on whatever has failed.
      FormatDirectory.check(engine);
      close(engine);
      machine.demandNothingLeft();
      demandWhole(machine, done);
      if (failures == 0) {
        assertThat(done).isTrue();
        assertThat(n).as("operations").isGreaterThan(20);
        return;
      }
    }
  }

  @Test
  void aCrashMayComeAtAnyMoment() {
    for (int changes = 1; ; changes++) {
      Machine machine = machine(prepared.copy(changes));
      Engine engine = machine.open(FormatDirectory.options());
      machine.disk.powerOffAfter(changes);
      boolean done = attempt(engine);
      boolean off = machine.disk.isOff();
      machine.disk.powerOff();
      close(engine);
      machine.demandNoMemory();
      machine.comeBack(changes % 3 > 0);
      demandWhole(machine, done);
      if (!off) {
        assertThat(changes).as("changes").isGreaterThan(10);
        return;
      }
    }
  }
}
