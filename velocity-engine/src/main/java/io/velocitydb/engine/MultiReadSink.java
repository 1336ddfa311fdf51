package io.velocitydb.engine;

/**
 * Receives the entries of several keys where they lie off the heap, so that each value is copied
 * once, to where it is wanted. Exactly one of the methods is called for each key, in the order in
 * which the keys were given, on the reader's thread.
 *
 * <p>What a method throws ends the read, and is thrown by it.
 */
public interface MultiReadSink {
  /**
   * A key has an entry. The memory is pinned during the call: copy what is needed and return;
   * neither block nor call the engine.
   *
   * @param index which key, from 0
   * @param valueAddress native address of the value, valid only during this call
   * @param valueLength length of the value in bytes
   * @param encoding the value's encoding
   * @param version the entry's version
   * @param expiresAtMs milliseconds since the Unix epoch, 0 for never
   */
  void found(
      int index, long valueAddress, int valueLength, byte encoding, long version, long expiresAtMs);

  /** A key has no entry. */
  void missing(int index);

  /**
   * The answer for a key could not be read: its block is damaged, or its file failed. Other keys
   * are not concerned, unless they lie in the same block. By default the whole read fails with the
   * first of these.
   */
  default void failed(int index, EngineException failure) {
    throw failure;
  }
}
