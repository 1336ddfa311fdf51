package io.velocitydb.engine;

/**
 * Receives an entry where it lies off the heap, so that its value is copied once, to where it is
 * wanted.
 */
@FunctionalInterface
public interface EntrySink {
  /**
   * Called at most once, on the reader's thread, while the memory is pinned: copy what is needed
   * and return; neither block nor call the engine.
   *
   * @param valueAddress native address of the value, valid only during this call
   * @param valueLength length of the value in bytes
   * @param encoding the value's encoding
   * @param version the entry's version
   * @param expiresAtMs milliseconds since the Unix epoch, 0 for never
   */
  void accept(long valueAddress, int valueLength, byte encoding, long version, long expiresAtMs);
}
