package io.velocitydb.cli.transfer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Lines as bytes, whatever their encoding, and how far into the input each one ends. Not thread
 * safe.
 */
final class LineReader {
  /** A key of 64 KiB and a value of 64 MiB in base64, with room for escapes. */
  static final int MAX_LINE_BYTES = 160 << 20;

  private final InputStream in;
  private final int lineMax;
  private final byte[] buffer = new byte[64 << 10];
  private int position;
  private int limit;
  private long offset;
  private long number;

  LineReader(InputStream in) {
    this(in, MAX_LINE_BYTES);
  }

  LineReader(InputStream in, int lineMax) {
    this.in = in;
    this.lineMax = lineMax;
  }

  /**
   * The next line without its line break ({@code \n} or {@code \r\n}), or null at the end.
   *
   * @throws MalformedLineException if it is too long to be one
   */
  byte @Nullable [] next() throws IOException, MalformedLineException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    boolean any = false;
    while (true) {
      if (position == limit) {
        limit = in.read(buffer);
        position = 0;
        if (limit <= 0) {
          limit = 0;
          break;
        }
      }
      any = true;
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      line.write(buffer, position, end - position);
      boolean complete = end < limit;
      offset += end - position + (complete ? 1 : 0);
      position = complete ? end + 1 : end;
      if (line.size() > lineMax) {
        number++;
        throw new MalformedLineException("the line is longer than " + (lineMax >> 20) + " MiB");
      }
      if (complete) {
        break;
      }
    }
    if (!any) {
      return null;
    }
    number++;
    byte[] bytes = line.toByteArray();
    return bytes.length > 0 && bytes[bytes.length - 1] == '\r'
        ? java.util.Arrays.copyOf(bytes, bytes.length - 1)
        : bytes;
  }

  /** The number of the line given last, from 1. */
  long number() {
    return number;
  }

  /** How many bytes were given, line breaks included. */
  long offset() {
    return offset;
  }
}
