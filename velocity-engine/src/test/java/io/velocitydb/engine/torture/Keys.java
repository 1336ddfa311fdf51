package io.velocitydb.engine.torture;

import io.velocitydb.engine.KeyRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The keys of one run: few enough to meet again, odd enough to find the edges of an order. */
final class Keys {
  private static final int LONGEST = 64 * 1024;
  private final List<byte[]> pool = new ArrayList<>();

  Keys(Random random) {
    int count = 8 + random.nextInt(60);
    byte[] shared = new byte[20 + random.nextInt(30)];
    random.nextBytes(shared);
    for (int i = 0; i < count; i++) {
      pool.add(
          switch (random.nextInt(8)) {
            case 0 -> letters(random, 1 + random.nextInt(3));
            case 1 -> bytes(random, 1 + random.nextInt(3), new byte[] {0, (byte) 0xFF, 1, 'a'});
            case 2 -> concat(shared, letters(random, random.nextInt(3)));
            case 3 -> bytes(random, 1 + random.nextInt(40), new byte[] {0, (byte) 0xFF});
            case 4, 5 -> text("user:%04d".formatted(random.nextInt(300)));
            case 6 -> text("user:%04d:name".formatted(random.nextInt(300)));
            default -> letters(random, 2);
          });
    }
    if (random.nextInt(20) == 0) {
      byte[] longest = new byte[LONGEST - random.nextInt(2)];
      Arrays.fill(longest, (byte) (random.nextBoolean() ? 'a' : 0xFF));
      pool.add(longest);
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] letters(Random random, int length) {
    return bytes(random, length, new byte[] {'a', 'b', 'c'});
  }

  private static byte[] bytes(Random random, int length, byte[] alphabet) {
    byte[] key = new byte[length];
    for (int i = 0; i < length; i++) {
      key[i] = alphabet[random.nextInt(alphabet.length)];
    }
    return key;
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /** Many keys that follow each other, apart from those of the pool. */
  List<byte[]> row(Random random) {
    List<byte[]> row = new ArrayList<>();
    int from = random.nextInt(20);
    int count = 40 + random.nextInt(100);
    for (int i = from; i < from + count; i++) {
      row.add(text("row:%03d".formatted(i)));
    }
    return row;
  }

  byte[] any(Random random) {
    return pool.get(random.nextInt(pool.size()));
  }

  /** A key of the pool, or one just beside it. */
  byte[] near(Random random) {
    byte[] key = any(random);
    return switch (random.nextInt(5)) {
      case 0 -> key.length < LONGEST ? concat(key, new byte[] {0}) : key;
      case 1 -> key.length > 1 ? Arrays.copyOf(key, key.length - 1) : key;
      default -> key;
    };
  }

  KeyRange range(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> KeyRange.all();
      case 1 -> KeyRange.from(near(random));
      case 2 -> {
        byte[] key = any(random);
        yield KeyRange.prefix(Arrays.copyOf(key, random.nextInt(key.length + 1)));
      }
      default -> {
        byte[] a = near(random);
        byte[] b = near(random);
        yield Arrays.compareUnsigned(a, b) <= 0 ? KeyRange.of(a, b) : KeyRange.of(b, a);
      }
    };
  }

  static String show(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(bytes.length, 60); i++) {
      byte b = bytes[i];
      if (b > ' ' && b < 127) {
        text.append((char) b);
      } else {
        text.append("\\x%02x".formatted(b));
      }
    }
    return bytes.length > 60 ? text + "...(" + bytes.length + ")" : text.toString();
  }

  static String show(KeyRange range) {
    byte[] end = range.end();
    return "[" + show(range.start()) + ", " + (end == null ? "end" : show(end)) + ")";
  }
}
