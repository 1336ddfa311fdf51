package io.velocitydb.server.resp;

import java.io.ByteArrayOutputStream;

/**
 * A pattern of MATCH: {@code *} any bytes, {@code ?} one byte, {@code [abc]}, {@code [a-c]}, {@code
 * [^abc]}, and a backslash before what is meant literally. Immutable. Takes at most the product of
 * the two lengths in steps: only the last {@code *} is gone back to.
 */
final class GlobPattern {
  private static final int NO_STAR = -1;

  private final byte[] pattern;

  GlobPattern(byte[] pattern) {
    this.pattern = pattern.clone();
  }

  /** What every match begins with. */
  byte[] literalPrefix() {
    ByteArrayOutputStream prefix = new ByteArrayOutputStream();
    for (int i = 0; i < pattern.length; i++) {
      byte c = pattern[i];
      if (c == '*' || c == '?' || c == '[') {
        break;
      }
      if (c == '\\' && i + 1 < pattern.length) {
        i++;
        c = pattern[i];
      }
      prefix.write(c);
    }
    return prefix.toByteArray();
  }

  /** Whether all of {@code text} matches. */
  boolean matches(byte[] text) {
    int p = 0;
    int t = 0;
    int star = NO_STAR;
    int starText = 0;
    while (t < text.length) {
      if (p < pattern.length && pattern[p] == '*') {
        star = p++;
        starText = t;
        continue;
      }
      int next = p < pattern.length ? one(p, text[t]) : NO_STAR;
      if (next != NO_STAR) {
        p = next;
        t++;
      } else if (star != NO_STAR) {
        p = star + 1;
        starText++;
        t = starText;
      } else {
        return false;
      }
    }
    while (p < pattern.length && pattern[p] == '*') {
      p++;
    }
    return p == pattern.length;
  }

  /** Where the pattern goes on behind what matches one byte; -1 if it does not. */
  private int one(int p, byte c) {
    return switch (pattern[p]) {
      case '?' -> p + 1;
      case '[' -> oneOf(p + 1, c & 0xFF);
      case '\\' -> {
        int literal = p + 1 < pattern.length ? p + 1 : p;
        yield pattern[literal] == c ? literal + 1 : NO_STAR;
      }
      default -> pattern[p] == c ? p + 1 : NO_STAR;
    };
  }

  private int oneOf(int from, int c) {
    int p = from;
    boolean negated = p < pattern.length && pattern[p] == '^';
    if (negated) {
      p++;
    }
    boolean in = false;
    while (p < pattern.length && pattern[p] != ']') {
      if (pattern[p] == '\\' && p + 1 < pattern.length) {
        p++;
        in |= (pattern[p] & 0xFF) == c;
      } else if (p + 2 < pattern.length && pattern[p + 1] == '-') {
        int low = pattern[p] & 0xFF;
        int high = pattern[p + 2] & 0xFF;
        in |= c >= Math.min(low, high) && c <= Math.max(low, high);
        p += 2;
      } else {
        in |= (pattern[p] & 0xFF) == c;
      }
      p++;
    }
    // Redis takes a bracket that is never closed as closed at the end.
    return in != negated ? Math.min(p + 1, pattern.length) : NO_STAR;
  }
}
