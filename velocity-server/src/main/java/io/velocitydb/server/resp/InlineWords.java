package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;

/**
 * Splits a line as people type it into words, by Redis' rules: blanks part words; {@code "..."}
 * knows {@code \n \r \t \b \a \xHH}, {@code '...'} only {@code \'}; a closing quote ends its word.
 * Quotes and escapes are taken out where the line lies, which only makes it shorter.
 */
final class InlineWords {
  /** Takes words in order. */
  interface Sink {
    void word(int offset, int length);
  }

  private final ByteBuf line;
  private final int first;
  private final int length;
  private int at;
  private int out;

  private InlineWords(ByteBuf line, int first, int length) {
    this.line = line;
    this.first = first;
    this.length = length;
  }

  /**
   * Splits {@code length} bytes from {@code first} on; offsets are counted from there.
   *
   * @return false for a quote without its end, or with something right behind it
   */
  static boolean split(ByteBuf line, int first, int length, Sink words) {
    InlineWords state = new InlineWords(line, first, length);
    while (state.skipBlanks()) {
      int start = state.out;
      if (!state.word()) {
        return false;
      }
      words.word(start, state.out - start);
    }
    return true;
  }

  private boolean skipBlanks() {
    while (at < length && isBlank(get())) {
      at++;
    }
    return at < length;
  }

  private boolean word() {
    while (at < length) {
      byte c = get();
      if (isBlank(c)) {
        return true;
      }
      at++;
      if (c == '"' || c == '\'') {
        return quoted(c) && (at == length || isBlank(get()));
      }
      put(c);
    }
    return true;
  }

  private boolean quoted(byte quote) {
    while (at < length) {
      byte c = line.getByte(first + at++);
      if (c == quote) {
        return true;
      }
      if (c != '\\' || at == length) {
        put(c);
      } else if (quote == '"') {
        escape();
      } else if (get() == '\'') {
        put((byte) '\'');
        at++;
      } else {
        put(c);
      }
    }
    return false;
  }

  private void escape() {
    byte c = line.getByte(first + at++);
    if (c == 'x' && at + 1 < length) {
      int high = Character.digit(get(), 16);
      int low = Character.digit(line.getByte(first + at + 1), 16);
      if (high >= 0 && low >= 0) {
        put((byte) (high << 4 | low));
        at += 2;
        return;
      }
    }
    put(
        switch (c) {
          case 'n' -> (byte) '\n';
          case 'r' -> (byte) '\r';
          case 't' -> (byte) '\t';
          case 'b' -> (byte) '\b';
          case 'a' -> (byte) 7;
          default -> c;
        });
  }

  private byte get() {
    return line.getByte(first + at);
  }

  private void put(byte c) {
    line.setByte(first + out++, c);
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0;
  }
}
