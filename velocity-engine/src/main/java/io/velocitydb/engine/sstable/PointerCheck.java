package io.velocitydb.engine.sstable;

/** Checks what an entry of kind BLOB points to, and throws when it is not there. */
@FunctionalInterface
public interface PointerCheck {
  /** Checks one pointer. */
  void check(long pointerAddress, int pointerLength);
}
