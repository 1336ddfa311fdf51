package io.velocitydb.engine.blob;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.checksum.XxHash64;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.sstable.TableFile;

/**
 * The first bytes of a blob file: u64 magic, u32 version, u32 zero, u64 number of the database, u64
 * number of the file, u64 salt of the checksums of its values, u64 XXH64 of all before.
 */
final class BlobHeader {
  static final int BYTES = 48;

  /** "VLBLOBS1" as bytes. */
  private static final long MAGIC = 0x3153_424F_4C42_4C56L;

  private static final int VERSION = 1;
  private static final int VERSION_AT = 8;
  private static final int DATABASE_AT = 16;
  private static final int NUMBER_AT = 24;
  private static final int SALT_AT = 32;
  private static final int CHECKSUM_AT = 40;

  private BlobHeader() {}

  /** Writes the header of a file, and returns the salt. */
  static long write(long address, long database, long number) {
    Memory.putLong(address, MAGIC);
    Memory.putInt(address + VERSION_AT, VERSION);
    Memory.putInt(address + VERSION_AT + Integer.BYTES, 0);
    Memory.putLong(address + DATABASE_AT, database);
    Memory.putLong(address + NUMBER_AT, number);
    long salt = XxHash64.hash(address, SALT_AT, 0);
    Memory.putLong(address + SALT_AT, salt);
    Memory.putLong(address + CHECKSUM_AT, XxHash64.hash(address, CHECKSUM_AT, 0));
    return salt;
  }

  /** Checks that a file is blob file {@code number} of a database, and returns the salt. */
  static long read(TableFile file, long database, long number, NativeBuffer buffer) {
    long address = buffer.reserve(BYTES);
    file.readFully(0, address, BYTES);
    if (!matches(address)) {
      file.readFully(0, address, BYTES);
      if (!matches(address)) {
        throw file.damaged(0, "the header does not match its checksum");
      }
    }
    int version = Memory.getInt(address + VERSION_AT);
    if (Memory.getLong(address) == MAGIC && version > VERSION) {
      throw new EngineException(
          Kind.UNSUPPORTED_FORMAT,
          file.path()
              + " has blob format "
              + version
              + ", this release reads up to "
              + VERSION
              + "; use the release that wrote it, or a newer one");
    }
    if (Memory.getLong(address) != MAGIC
        || version != VERSION
        || Memory.getLong(address + DATABASE_AT) != database
        || Memory.getLong(address + NUMBER_AT) != number) {
      throw file.damaged(0, "this is not blob file " + number + " of database " + database);
    }
    return Memory.getLong(address + SALT_AT);
  }

  private static boolean matches(long address) {
    return Memory.getLong(address + CHECKSUM_AT) == XxHash64.hash(address, CHECKSUM_AT, 0);
  }
}
