package io.velocitydb.engine.sstable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.memory.NativeBytes;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BlockWriterTest {
  private static final Path FILE = Path.of("/data/blocks");
  private static final int BLOCK_BYTES = 4096;
  private static final int BLOCKS = 40;

  private final SimVfs vfs = new SimVfs(1);
  private final NativeMemory memory = new NativeMemory();
  private final Random random = new Random(1);

  /** How many of the blocks were stored in which way. */
  private Map<BlockCompression, Integer> stored(BlockCompression asked, Supplier<byte[]> contents)
      throws IOException {
    vfs.createDirectories(FILE.getParent());
    List<BlockHandle> handles = new ArrayList<>();
    try (VfsFile file = vfs.open(FILE, Vfs.Mode.CREATE);
        BlockWriter writer = new BlockWriter(file, 7, memory);
        NativeBytes block = new NativeBytes(memory)) {
      for (int i = 0; i < BLOCKS; i++) {
        block.set(contents.get());
        handles.add(writer.append(BlockKind.DATA, asked, block.address(), block.length()));
      }
      writer.flush();
    }
    byte[] bytes = vfs.contents(FILE);
    vfs.delete(FILE);
    Map<BlockCompression, Integer> found = new EnumMap<>(BlockCompression.class);
    for (BlockHandle handle : handles) {
      int trailer = (int) (handle.offset() + handle.length() - BlockTrailer.BYTES);
      found.merge(
          BlockCompression.values()[bytes[trailer + BlockTrailer.COMPRESSION]], 1, Integer::sum);
    }
    assertThat(memory.allocated()).isZero();
    return found;
  }

  private byte[] documents() {
    StringBuilder text = new StringBuilder();
    while (text.length() < BLOCK_BYTES) {
      text.append("{\"id\":").append(random.nextInt(1_000_000));
      text.append(",\"name\":\"").append(Long.toString(random.nextInt(50_000), 36));
      text.append("\",\"seen\":").append(1_700_000_000 + random.nextInt(1_000_000)).append('}');
    }
    return text.substring(0, BLOCK_BYTES).getBytes(UTF_8);
  }

  /** Pieces that each occur twice, which LZ4 finds as well as any. */
  private byte[] repetitions() {
    byte[] block = new byte[BLOCK_BYTES];
    byte[] half = new byte[64];
    for (int at = 0; at < BLOCK_BYTES; at += 128) {
      random.nextBytes(half);
      System.arraycopy(half, 0, block, at, 64);
      System.arraycopy(half, 0, block, at + 64, 64);
    }
    return block;
  }

  private byte[] noise() {
    byte[] block = new byte[BLOCK_BYTES];
    random.nextBytes(block);
    return block;
  }

  @Test
  void zstandardIsUsedWhereItMakesAGoodDealLess() throws IOException {
    assertThat(stored(BlockCompression.ZSTANDARD, this::documents))
        .isEqualTo(Map.of(BlockCompression.ZSTANDARD, BLOCKS));
  }

  @Test
  void whereItDoesNotLz4IsUsedAfterAFewBlocks() throws IOException {
    assertThat(stored(BlockCompression.ZSTANDARD, this::repetitions))
        .isEqualTo(Map.of(BlockCompression.ZSTANDARD, 8, BlockCompression.LZ4, BLOCKS - 8));
  }

  @Test
  void whatDoesNotCompressIsStoredAsItIs() throws IOException {
    assertThat(stored(BlockCompression.ZSTANDARD, this::noise))
        .isEqualTo(Map.of(BlockCompression.NONE, BLOCKS));
    assertThat(stored(BlockCompression.LZ4, this::noise))
        .isEqualTo(Map.of(BlockCompression.NONE, BLOCKS));
  }

  @Test
  void lz4StaysLz4() throws IOException {
    assertThat(stored(BlockCompression.LZ4, this::documents))
        .isEqualTo(Map.of(BlockCompression.LZ4, BLOCKS));
  }
}
