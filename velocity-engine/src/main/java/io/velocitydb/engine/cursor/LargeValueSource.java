package io.velocitydb.engine.cursor;

import io.velocitydb.engine.block.BlockPin;

/** Brings values that do not lie beside their keys. */
@FunctionalInterface
public interface LargeValueSource {
  /**
   * Reads the value of an entry of kind {@link EntryKind#BLOB}, from its file if need be.
   *
   * @param pointerAddress native address of the pointer, which the entry has as its value
   * @param into holds the value until released
   */
  void read(long pointerAddress, int pointerLength, BlockPin into);
}
