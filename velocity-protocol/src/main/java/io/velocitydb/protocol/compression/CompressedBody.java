package io.velocitydb.protocol.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.ProtocolException;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** Writes and reads compressed bodies. Thread-safe. */
public final class CompressedBody {
  /** Bytes of the original length in front of the compressed bytes. */
  public static final int PREFIX = 4;

  /** Shorter bodies are sent as they are: there is little to be saved. */
  public static final int MIN_BYTES = 1_024;

  /** A body that does not become shorter by at least one part in so many is sent as it is. */
  private static final int WORTHWHILE_PART = 8;

  private static final int ZSTANDARD_LEVEL = 1;
  private static final LZ4Compressor LZ4 = LZ4Factory.fastestInstance().fastCompressor();
  private static final LZ4SafeDecompressor LZ4_BACK =
      LZ4Factory.fastestInstance().safeDecompressor();

  private CompressedBody() {}

  /**
   * Compresses the body that ends at the writer index, in its place, if that pays.
   *
   * @param body index of its first byte
   * @return whether it is compressed now
   */
  public static boolean compress(Compression compression, ByteBuf buffer, int body) {
    int length = buffer.writerIndex() - body;
    if (compression == Compression.NONE || length < MIN_BYTES) {
      return false;
    }
    int bound =
        compression == Compression.LZ4
            ? LZ4.maxCompressedLength(length)
            : Math.toIntExact(Zstd.compressBound(length));
    ByteBuf from = direct(buffer, body, length);
    ByteBuf to = buffer.alloc().directBuffer(bound);
    try {
      ByteBuffer source = from.nioBuffer(from.readerIndex(), length);
      ByteBuffer target = to.nioBuffer(0, bound);
      int compressed =
          compression == Compression.LZ4
              ? LZ4.compress(source, 0, length, target, 0, bound)
              : Math.toIntExact(
                  Zstd.compressDirectByteBuffer(
                      target, 0, bound, source, 0, length, ZSTANDARD_LEVEL));
      if (compressed < 0 || PREFIX + compressed > length - length / WORTHWHILE_PART) {
        return false;
      }
      buffer.setIntLE(body, length);
      buffer.setBytes(body + PREFIX, to, 0, compressed);
      buffer.writerIndex(body + PREFIX + compressed);
      return true;
    } finally {
      to.release();
      from.release();
    }
  }

  /**
   * How long a compressed body will be, before anything is done for it.
   *
   * @param index of its first byte
   * @param length of it as on the wire
   * @param maxLength how long it may become
   * @throws ProtocolException PROTOCOL_ERROR when it would become longer, or is none
   */
  public static int originalLength(ByteBuf in, int index, long length, long maxLength) {
    if (length <= PREFIX) {
      throw bad("a compressed body has an original length and content");
    }
    long original = in.getUnsignedIntLE(index);
    if (original > maxLength) {
      throw bad("a body would inflate to " + original + " bytes, over the limit of " + maxLength);
    }
    if (original == 0) {
      throw bad("the empty body is not compressed");
    }
    return (int) original;
  }

  /**
   * Inflates a body.
   *
   * @param index of its first byte
   * @param length of it as on the wire
   * @param maxLength how long it may become
   * @return the original bytes in direct memory, the caller's to release
   * @throws ProtocolException PROTOCOL_ERROR when they are not there, to the byte
   */
  public static ByteBuf inflate(
      Compression compression, ByteBuf in, int index, int length, long maxLength) {
    int original = originalLength(in, index, length, maxLength);
    int compressed = length - PREFIX;
    ByteBuf from = direct(in, index + PREFIX, compressed);
    ByteBuf to = in.alloc().directBuffer(original, original);
    boolean whole = false;
    try {
      whole = inflate(compression, from, compressed, to, original) == original;
      if (!whole) {
        throw bad("a compressed body does not inflate to what it claims");
      }
      return to.writerIndex(original);
    } finally {
      from.release();
      if (!whole) {
        to.release();
      }
    }
  }

  /** How many bytes were written; negative for what cannot be inflated. */
  private static long inflate(
      Compression compression, ByteBuf from, int compressed, ByteBuf to, int original) {
    ByteBuffer source = from.nioBuffer(from.readerIndex(), compressed);
    ByteBuffer target = to.nioBuffer(0, original);
    switch (compression) {
      case LZ4 -> {
        try {
          return LZ4_BACK.decompress(source, 0, compressed, target, 0, original);
        } catch (LZ4Exception malformed) {
          return -1;
        }
      }
      case ZSTANDARD -> {
        if (ZstandardFrame.length(from, from.readerIndex(), compressed) != compressed) {
          return -1;
        }
        try {
          long written =
              Zstd.decompressDirectByteBuffer(target, 0, original, source, 0, compressed);
          return Zstd.isError(written) ? -1 : written;
        } catch (ZstdException malformed) {
          return -1;
        }
      }
      default -> throw new IllegalArgumentException("the body is not compressed");
    }
  }

  /** The same bytes in one piece of direct memory, to be released. */
  private static ByteBuf direct(ByteBuf buffer, int index, int length) {
    return buffer.isDirect() && buffer.nioBufferCount() == 1
        ? buffer.retainedSlice(index, length)
        : buffer.alloc().directBuffer(length).writeBytes(buffer, index, length);
  }

  private static ProtocolException bad(String message) {
    return new ProtocolException(ErrorCode.PROTOCOL_ERROR, message);
  }
}
