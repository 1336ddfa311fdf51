package io.velocitydb.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.Mapping;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailingVfsTest {
  private static final Path DIR = Path.of("/data");
  private static final Path A = DIR.resolve("a");
  private static final Path B = DIR.resolve("b");

  private final NativeMemory memory = new NativeMemory();
  private final long buffer = memory.allocate(100, MemoryTag.BLOCK);
  private final SimVfs sim = new SimVfs(1);
  private final FailingVfs vfs = new FailingVfs(sim);

  @BeforeEach
  void directory() throws IOException {
    sim.createDirectories(DIR);
  }

  @AfterEach
  void free() {
    memory.free(buffer, 100, MemoryTag.BLOCK);
  }

  /** Every kind of call once. */
  private static void everything(Vfs vfs, long buffer) throws Exception {
    vfs.createDirectories(DIR);
    VfsFile file = vfs.open(A, Vfs.Mode.CREATE);
    try {
      file.write(0, buffer, 100);
      try (Mapping mapping = file.map(0, 100)) {
        mapping.touched(0, 100);
      }
      file.sync();
      file.truncate(50);
      file.size();
      file.read(0, buffer, 10);
    } finally {
      file.close();
    }
    vfs.open(A, Vfs.Mode.READ).close();
    vfs.exists(A);
    vfs.list(DIR);
    vfs.size(A);
    vfs.link(A, B);
    vfs.shared(A);
    vfs.rename(B, A);
    vfs.syncDirectory(DIR);
    vfs.delete(A);
    vfs.usableSpace(DIR);
    vfs.fileSystem(DIR);
    vfs.lock(DIR.resolve("LOCK")).close();
  }

  @Test
  void everyKindOfCallIsCounted() throws Exception {
    everything(vfs, buffer);
    long sum = 0;
    for (FailingVfs.Operation kind : FailingVfs.Operation.values()) {
      assertThat(vfs.count(kind)).as(kind.name()).isPositive();
      sum += vfs.count(kind);
    }
    assertThat(vfs.count()).isEqualTo(sum);
    assertThat(vfs.failures()).isZero();
  }

  @Test
  void everyKindOfCallCanFailAndSaysWhich() {
    for (FailingVfs.Operation kind : FailingVfs.Operation.values()) {
      FailingVfs failing = new FailingVfs(new SimVfs(1));
      failing.fail(1, EnumSet.of(kind), FailingVfs.Fault.IO_ERROR, false);
      assertThatThrownBy(() -> everything(failing, buffer))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(kind.name());
      assertThat(failing.failures()).isEqualTo(1);
      assertThat(failing.lastFailure()).startsWith(kind.name());
    }
  }

  @Test
  void everyCallFailsInItsTurnUntilNoneIsLeft() throws Exception {
    FailingVfs whole = new FailingVfs(new SimVfs(1));
    everything(whole, buffer);
    for (long n = 1; n <= whole.count(); n++) {
      FailingVfs failing = new FailingVfs(new SimVfs(1));
      failing.fail(n, FailingVfs.ALL, FailingVfs.Fault.IO_ERROR, false);
      assertThatThrownBy(() -> everything(failing, buffer)).isInstanceOf(IOException.class);
    }
    FailingVfs failing = new FailingVfs(new SimVfs(1));
    failing.fail(whole.count() + 1, FailingVfs.ALL, FailingVfs.Fault.IO_ERROR, false);
    everything(failing, buffer);
    assertThat(failing.failures()).isZero();
  }

  @Test
  void onceOrForEver() throws Exception {
    vfs.fail(2, EnumSet.of(FailingVfs.Operation.LIST), FailingVfs.Fault.IO_ERROR, false);
    vfs.list(DIR);
    assertThatThrownBy(() -> vfs.list(DIR)).isInstanceOf(IOException.class);
    vfs.list(DIR);
    vfs.fail(1, EnumSet.of(FailingVfs.Operation.LIST), FailingVfs.Fault.DISK_FULL, true);
    assertThatThrownBy(() -> vfs.list(DIR)).isInstanceOf(DiskFullException.class);
    assertThatThrownBy(() -> vfs.list(DIR)).isInstanceOf(DiskFullException.class);
    vfs.heal();
    vfs.list(DIR);
  }

  @Test
  void aMappedWriteCanFailToo() throws Exception {
    try (VfsFile file = vfs.open(A, Vfs.Mode.CREATE)) {
      file.write(0, buffer, 100);
      vfs.fail(1, Set.of(FailingVfs.Operation.WRITE), FailingVfs.Fault.IO_ERROR, false);
      try (Mapping mapping = file.map(0, 100)) {
        Memory.fill(mapping.address(), 100, (byte) 7);
        assertThatThrownBy(() -> mapping.touched(0, 100)).isInstanceOf(IOException.class);
      }
      byte[] contents = sim.contents(A);
      assertThat(contents[49]).isEqualTo((byte) 7);
      assertThat(contents[50]).isNotEqualTo((byte) 7);
    }
  }

  @Test
  void aFailingWriteHasWrittenAPart() throws Exception {
    try (VfsFile file = vfs.open(A, Vfs.Mode.CREATE)) {
      vfs.fail(1, Set.of(FailingVfs.Operation.WRITE), FailingVfs.Fault.IO_ERROR, false);
      assertThatThrownBy(() -> file.write(0, buffer, 100)).isInstanceOf(IOException.class);
      assertThat(file.size()).isEqualTo(50);
    }
  }
}
