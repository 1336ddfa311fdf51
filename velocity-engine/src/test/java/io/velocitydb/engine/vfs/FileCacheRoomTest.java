package io.velocitydb.engine.vfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel says in its files, as either version of control groups writes them. */
class FileCacheRoomTest {
  @TempDir Path folder;

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private long room() {
    return new FileCacheRoom(folder.resolve("proc"), folder.resolve("groups")).bytes();
  }

  private void available(long kib) throws IOException {
    write("proc/meminfo", "MemTotal:       24682496 kB\nMemAvailable:   " + kib + " kB\n");
  }

  @Test
  void nothingIsKnownWhereNothingIsTold() {
    assertThat(room()).isEqualTo(FileCacheRoom.UNKNOWN);
  }

  @Test
  void withoutAGroupItIsWhatTheMachineCanGive() throws IOException {
    available(1_000);
    assertThat(room()).isEqualTo(1_024_000);
    write("proc/self/cgroup", "0::/user.slice\n");
    assertThat(room()).isEqualTo(1_024_000);
  }

  @Test
  void aGroupOfVersionTwoHoldsItAndSoDoThoseAroundIt() throws IOException {
    available(10_000_000);
    write("proc/self/cgroup", "0::/a/b\n");
    write("groups/a/b/memory.max", "max\n");
    write("groups/a/b/memory.stat", "anon 500\nfile 70\n");
    assertThat(room()).isEqualTo(10_240_000_000L);
    write("groups/a/memory.max", "1000000\n");
    write("groups/a/memory.stat", "anon 300000\nfile 700000\n");
    assertThat(room()).isEqualTo(700_000);
    write("groups/a/b/memory.max", "600500\n");
    assertThat(room()).isEqualTo(600_000);
    write("groups/a/b/memory.stat", "anon 999999999\n");
    assertThat(room()).isZero();
  }

  @Test
  void aGroupOfVersionOneHoldsIt() throws IOException {
    available(10_000_000);
    write("proc/self/cgroup", "5:cpu,cpuacct:/c\n4:memory:/m\n0::/\n");
    write(
        "groups/memory/m/memory.stat",
        "cache 5\nhierarchical_memory_limit 268435456\ntotal_rss 200000000\n");
    assertThat(room()).isEqualTo(68_435_456);
    write("groups/memory/m/memory.stat", "hierarchical_memory_limit 9223372036854771712\n");
    assertThat(room()).isEqualTo(10_240_000_000L);
  }

  @Test
  void aContainerThatSeesItsGroupAsTheRootFindsIt() throws IOException {
    available(10_000_000);
    write("proc/self/cgroup", "0::/docker/0123\n");
    write("groups/memory.max", "5000\n");
    write("groups/memory.stat", "anon 1000\n");
    assertThat(room()).isEqualTo(4_000);
    write("proc/self/cgroup", "0::/../../outside\n");
    assertThat(room()).isEqualTo(4_000);
  }

  @Test
  void thisMachineTellsSomething() {
    assertThat(RealVfs.system().fileCacheRoom()).isPositive();
    assertThat(RealVfs.byChannels().fileCacheRoom()).isEqualTo(FileCacheRoom.UNKNOWN);
  }
}
