package io.velocitydb.engine.vfs;

import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two files that push each other out of a pool of one are both read, and none stays open. */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "both read, both closed")
@Outcome(expect = Expect.FORBIDDEN, desc = "a read that failed, or a file that stays open")
@State
public class FilePoolStress {
  private static final Path FOLDER = Path.of("/d");

  private final NativeMemory memory = new NativeMemory();
  private final long buffer = memory.allocate(2L * Long.BYTES, MemoryTag.BLOCK);
  private final SimVfs vfs = new SimVfs(1);
  private final FilePool pool = new FilePool(vfs, 1, memory);
  private final VfsFile[] files = new VfsFile[2];

  public FilePoolStress() {
    try {
      vfs.createDirectories(FOLDER);
      for (int i = 0; i < files.length; i++) {
        Path path = FOLDER.resolve("f" + i);
        Memory.putLong(buffer, i + 1);
        try (VfsFile file = vfs.open(path, Vfs.Mode.CREATE)) {
          file.write(0, buffer, Long.BYTES);
        }
        files[i] = pool.file(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int read(int i) {
    long into = buffer + (long) i * Long.BYTES;
    try {
      for (int turn = 0; turn < 2; turn++) {
        Memory.putLong(into, 0);
        if (files[i].read(0, into, Long.BYTES) != Long.BYTES || Memory.getLong(into) != i + 1) {
          return 0;
        }
      }
      return 1;
    } catch (IOException e) {
      return -1;
    }
  }

  @Actor
  public void first(III_Result result) {
    result.r1 = read(0);
  }

  @Actor
  public void second(III_Result result) {
    result.r2 = read(1);
  }

  @Arbiter
  public void end(III_Result result) {
    try {
      files[0].close();
      files[1].close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    memory.free(buffer, 2L * Long.BYTES, MemoryTag.BLOCK);
    result.r3 = vfs.openFiles().isEmpty() && pool.openFiles() == 0 ? 1 : 0;
  }
}
