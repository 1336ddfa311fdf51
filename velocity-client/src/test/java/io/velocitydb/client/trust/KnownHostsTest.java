package io.velocitydb.client.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.client.testing.TestCertificate;
import io.velocitydb.protocol.scram.Fingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownHostsTest {

  @TempDir private Path folder;
  private final Fingerprint one = TestCertificate.selfSigned().fingerprint();
  private final Fingerprint two = TestCertificate.selfSigned().fingerprint();
  private KnownHosts hosts = new KnownHosts(Path.of("unset"));

  @BeforeEach
  void file() {
    hosts = new KnownHosts(folder.resolve("known_hosts"));
  }

  @Test
  void aHostIsKeptReplacedAndForgotten() throws IOException {
    assertThat(hosts.find("alpha", 2005)).isEmpty();
    hosts.keep("alpha", 2005, Set.of(one));
    hosts.keep("beta", 2005, Set.of(two));
    hosts.keep("alpha", 2006, Set.of(two));
    assertThat(hosts.find("ALPHA", 2005)).containsExactly(one);

    hosts.keep("alpha", 2005, Set.of(two));
    assertThat(hosts.find("alpha", 2005)).containsExactly(two);
    hosts.keep("beta", 2005, Set.of());
    assertThat(hosts.find("beta", 2005)).isEmpty();
    assertThat(Files.readString(hosts.file()))
        .isEqualTo("alpha:2006 " + two + "\nalpha:2005 " + two + "\n");
    assertThat(folder).isDirectoryContaining(path -> path.endsWith("known_hosts.lock"));
    assertThat(folder).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void commentsAndBlankLinesAreKept() throws IOException {
    Files.writeString(hosts.file(), "# ours\n\nalpha:2005\t" + one + "\n");
    assertThat(hosts.find("alpha", 2005)).containsExactly(one);
    hosts.keep("[::1]".replace("[", "").replace("]", ""), 2005, Set.of(two));
    assertThat(Files.readString(hosts.file()))
        .isEqualTo("# ours\n\nalpha:2005\t" + one + "\n[::1]:2005 " + two + "\n");
  }

  @Test
  void aLineThatCannotBeReadIsToldWithItsNumber() throws IOException {
    for (String bad : List.of("alpha:2005", "alpha:2005 SHA256:abc", "a b c")) {
      Files.writeString(hosts.file(), "# fine\n" + bad + "\n");
      assertThatThrownBy(() -> hosts.find("alpha", 2005))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("known_hosts line 2 is not");
    }
  }

  @Test
  void whatIsKeptAlreadyIsNotWrittenAgain() throws IOException {
    hosts.keep("alpha", 2005, Set.of(one));
    var written = Files.getLastModifiedTime(hosts.file());
    Files.delete(folder.resolve("known_hosts.lock"));
    hosts.keep("alpha", 2005, Set.of(one));
    assertThat(Files.getLastModifiedTime(hosts.file())).isEqualTo(written);
    assertThat(folder.resolve("known_hosts.lock")).doesNotExist();
  }

  @Test
  void manyMayWriteAtOnce() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String host = "host" + i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> new KnownHosts(hosts.file()).keep(host, 2005, Set.of(one))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (int i = 0; i < 8; i++) {
      assertThat(hosts.find("host" + i, 2005)).containsExactly(one);
    }
  }

  @Test
  void theHomeMayBeMoved() {
    String before = System.getProperty(KnownHosts.HOME_PROPERTY);
    System.setProperty(KnownHosts.HOME_PROPERTY, folder.toString());
    try {
      assertThat(KnownHosts.standard().file()).isEqualTo(folder.resolve("known_hosts"));
      System.clearProperty(KnownHosts.HOME_PROPERTY);
      assertThat(KnownHosts.standard().file())
          .isEqualTo(Path.of(System.getProperty("user.home"), ".velocity", "known_hosts"));
    } finally {
      if (before == null) {
        System.clearProperty(KnownHosts.HOME_PROPERTY);
      } else {
        System.setProperty(KnownHosts.HOME_PROPERTY, before);
      }
    }
  }
}
