package io.velocitydb.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the administration socket lies. */
final class AdminSocketTest {
  @TempDir Path folder;

  @Test
  void itLiesInTheDataDirectory() throws Exception {
    assertThat(AdminSocket.pathFor(folder, Map.of())).isEqualTo(folder.resolve("admin.sock"));
  }

  @Test
  void whereThePathWouldBeTooLongItLiesInTheRuntimeFolder() throws Exception {
    Path deep = folder.resolve("d".repeat(100));
    Path runtime = Files.createDirectory(folder.resolve("run"));
    Path socket = AdminSocket.pathFor(deep, Map.of("XDG_RUNTIME_DIR", runtime.toString()));
    assertThat(socket.getParent()).isEqualTo(runtime);
    assertThat(AdminSocket.pathFor(deep.resolveSibling("e".repeat(100)), Map.of()))
        .isNotEqualTo(socket);
  }
}
