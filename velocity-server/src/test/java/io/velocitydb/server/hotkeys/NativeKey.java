package io.velocitydb.server.hotkeys;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A key in native memory. */
final class NativeKey {
  private final ByteBuf bytes;

  NativeKey(String text) {
    bytes = Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  long address() {
    return bytes.memoryAddress();
  }

  int length() {
    return bytes.readableBytes();
  }

  static NativeKey[] numbered(int count) {
    NativeKey[] keys = new NativeKey[count];
    for (int i = 0; i < count; i++) {
      keys[i] = new NativeKey("key:" + i);
    }
    return keys;
  }
}
