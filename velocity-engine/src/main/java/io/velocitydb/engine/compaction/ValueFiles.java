package io.velocitydb.engine.compaction;

import io.velocitydb.engine.blob.BlobWriter;
import io.velocitydb.engine.block.BlockPin;
import java.io.IOException;

/** Where a merge leaves large values, and from where it moves them. */
public interface ValueFiles {
  /** Values stay beside their keys, and pointers as they are. */
  ValueFiles NONE =
      new ValueFiles() {
        @Override
        public int mostBytesBesideKey() {
          return Integer.MAX_VALUE;
        }

        @Override
        public long fileBytes() {
          return Long.MAX_VALUE;
        }

        @Override
        public BlobWriter createBlobs() {
          throw new IllegalStateException("no value goes to a file of its own");
        }

        @Override
        public boolean leaves(long file) {
          return false;
        }

        @Override
        public void read(long pointerAddress, int pointerLength, BlockPin into) {
          throw new IllegalStateException("no value is moved");
        }
      };

  /** Longer values go to a blob file. */
  int mostBytesBesideKey();

  /** Size at which the next blob file is begun. */
  long fileBytes();

  /** Begins a blob file. */
  BlobWriter createBlobs() throws IOException;

  /** Whether the values that lie in a blob file are written anew, so that it can go. */
  boolean leaves(long file);

  /** Reads the value of a pointer. */
  void read(long pointerAddress, int pointerLength, BlockPin into);
}
