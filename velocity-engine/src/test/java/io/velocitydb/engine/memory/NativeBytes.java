package io.velocitydb.engine.memory;

import java.nio.charset.StandardCharsets;

/** Bytes in native memory for a test; reused from call to call. */
public final class NativeBytes implements AutoCloseable {
  private final NativeBuffer buffer;
  private int length;

  public NativeBytes(NativeMemory memory) {
    buffer = new NativeBuffer(memory, MemoryTag.CURSOR);
  }

  public NativeBytes set(byte[] bytes) {
    Memory.copy(bytes, 0, buffer.reserve(bytes.length), bytes.length);
    length = bytes.length;
    return this;
  }

  public NativeBytes set(String text) {
    return set(text.getBytes(StandardCharsets.UTF_8));
  }

  public long address() {
    return buffer.address();
  }

  public int length() {
    return length;
  }

  @Override
  public void close() {
    buffer.close();
  }
}
