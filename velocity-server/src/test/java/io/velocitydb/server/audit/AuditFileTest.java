package io.velocitydb.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditFileTest {
  @TempDir Path folder;

  private Path path() {
    return folder.resolve("audit.log");
  }

  private AuditFile open() throws IOException {
    return new AuditFile(path(), 20, 2);
  }

  private static void write(AuditFile file, String lines) throws IOException {
    file.write(ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void itIsForItsOwnerAloneAlsoWhenItWasNotBefore() throws Exception {
    try (AuditFile file = open()) {
      write(file, "a\n");
    }
    assertThat(permissions()).isEqualTo("rw-------");
    Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-r--r--"));
    try (AuditFile file = open()) {
      write(file, "b\n");
    }
    assertThat(permissions()).isEqualTo("rw-------");
    assertThat(path()).hasContent("a\nb\n");
  }

  private String permissions() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path()));
  }

  @Test
  void whenItIsFullAnotherIsBegunAndTheOldestGoes() throws Exception {
    try (AuditFile file = open()) {
      for (int i = 0; i < 8; i++) {
        write(file, "line " + i + " ..\n");
      }
    }
    assertThat(path()).hasContent("line 6 ..\nline 7 ..\n");
    assertThat(folder.resolve("audit.log.1")).hasContent("line 4 ..\nline 5 ..\n");
    assertThat(folder.resolve("audit.log.2")).hasContent("line 2 ..\nline 3 ..\n");
    assertThat(folder.resolve("audit.log.3")).doesNotExist();
  }

  @Test
  void moreThanAFileHoldsIsWrittenWhole() throws Exception {
    try (AuditFile file = open()) {
      write(file, "x".repeat(100) + "\n");
      write(file, "next\n");
    }
    assertThat(folder.resolve("audit.log.1")).hasContent("x".repeat(100) + "\n");
    assertThat(path()).hasContent("next\n");
  }

  @Test
  void whenSomebodyMovedOrRemovedItTheNextLinesMakeANewOne() throws Exception {
    try (AuditFile file = open()) {
      write(file, "a\n");
      Files.move(path(), folder.resolve("moved"));
      write(file, "b\n");
      assertThat(folder.resolve("moved")).hasContent("a\n");
      assertThat(path()).hasContent("b\n");
      assertThat(permissions()).isEqualTo("rw-------");
      Files.delete(path());
      write(file, "c\n");
      assertThat(path()).hasContent("c\n");
    }
  }

  @Test
  void halfALineThatACrashLeftStaysALineOfItsOwn() throws Exception {
    Files.writeString(path(), "{\"ti");
    try (AuditFile file = open()) {
      write(file, "b\n");
    }
    assertThat(path()).hasContent("{\"ti\nb\n");
  }

  @Test
  void whatCannotBeOpenedIsAnError() throws Exception {
    Files.createDirectory(path());
    assertThatThrownBy(this::open).isInstanceOf(IOException.class);
  }
}
