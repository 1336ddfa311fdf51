package io.velocitydb.engine.sstable;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * LZ4 by its fastest implementation, which is looked for when the first block needs it: that takes
 * tens of milliseconds.
 */
final class Lz4 {
  static final LZ4Compressor COMPRESSOR = LZ4Factory.fastestInstance().fastCompressor();
  static final LZ4SafeDecompressor DECOMPRESSOR = LZ4Factory.fastestInstance().safeDecompressor();

  private Lz4() {}
}
