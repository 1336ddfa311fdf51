package io.velocitydb.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryGroupTest {
  @TempDir Path folder;

  @Test
  void aFolderThatIsNoControlGroupIsRefusedAndLeftAsItWas() {
    assertThatThrownBy(() -> MemoryGroup.create(folder, 1 << 20))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no cgroup whose children can limit memory");
    assertThat(folder).isEmptyDirectory();
  }
}
