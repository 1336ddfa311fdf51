package io.velocitydb.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  private static final long MIB = 1L << 20;

  @TempDir Path root;

  @BeforeEach
  void aMachineOfEightGibibytes() throws IOException {
    write("proc/meminfo", "MemTotal:        8388608 kB\nMemFree:  1 kB\n");
  }

  @Test
  void withoutControlGroupsTheMachineCounts() {
    assertThat(Machine.read(root).availableBytes()).isEqualTo(8192 * MIB);
    assertThat(Machine.read(root).containerBytes()).isEmpty();
  }

  @Test
  void aLimitOfVersionTwoCounts() throws IOException {
    write("proc/self/cgroup", "0::/app.slice/db\n");
    write("sys/fs/cgroup/app.slice/db/memory.max", (512 * MIB) + "\n");

    assertThat(Machine.read(root).containerBytes()).hasValue(512 * MIB);
  }

  @Test
  void aParentsSmallerLimitCounts() throws IOException {
    write("proc/self/cgroup", "0::/app.slice/db\n");
    write("sys/fs/cgroup/app.slice/db/memory.max", "max\n");
    write("sys/fs/cgroup/app.slice/memory.max", (700 * MIB) + "\n");

    assertThat(Machine.read(root).containerBytes()).hasValue(700 * MIB);
  }

  @Test
  void inAContainerTheLimitIsAtTheMountItself() throws IOException {
    write("proc/self/cgroup", "0::/../../kubepods/pod1\n");
    write("sys/fs/cgroup/memory.max", (600 * MIB) + "\n");
    assertThat(Machine.read(root).containerBytes()).isEmpty();

    write("proc/self/cgroup", "0::/docker/4711\n");
    assertThat(Machine.read(root).containerBytes()).hasValue(600 * MIB);
  }

  @Test
  void aLimitOfVersionOneCounts() throws IOException {
    write(
        "proc/self/cgroup",
        "11:cpu,cpuacct:/docker/4711\n4:memory:/docker/4711\n0::/system.slice\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", (400 * MIB) + "\n");

    assertThat(Machine.read(root).containerBytes()).hasValue(400 * MIB);
  }

  @Test
  void whatMeansNoLimitIsNone() throws IOException {
    write("proc/self/cgroup", "4:memory:/\n0::/\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory.max", "max\n");

    assertThat(Machine.read(root).containerBytes()).isEmpty();
  }

  @Test
  void thisMachineHasMemory() {
    assertThat(Machine.current().availableBytes()).isGreaterThan(256 * MIB);
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
