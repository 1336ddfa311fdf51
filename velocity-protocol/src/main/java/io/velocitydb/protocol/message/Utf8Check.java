package io.velocitydb.protocol.message;

import java.nio.ByteBuffer;

/** Whether bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates. */
final class Utf8Check {
  private Utf8Check() {}

  static boolean isValid(ByteBuffer bytes, int from, int length) {
    int end = from + length;
    int at = from;
    while (at < end) {
      int first = bytes.get(at++);
      if (first >= 0) {
        continue;
      }
      int more = following(first & 0xFF);
      if (more == 0 || more > end - at) {
        return false;
      }
      int second = bytes.get(at) & 0xFF;
      if (second < lowestSecond(first & 0xFF) || second > highestSecond(first & 0xFF)) {
        return false;
      }
      for (int i = 1; i < more; i++) {
        if ((bytes.get(at + i) & 0xC0) != 0x80) {
          return false;
        }
      }
      at += more;
    }
    return true;
  }

  /** How many bytes follow {@code first}; 0 when no character begins with it. */
  private static int following(int first) {
    if (first < 0xC2 || first > 0xF4) {
      return 0;
    }
    return first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  }

  private static int lowestSecond(int first) {
    return first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  }

  private static int highestSecond(int first) {
    return first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  }
}
