package io.velocitydb.cli.transfer;

import io.velocitydb.cli.keyvalue.Bytes;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.value.Key;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Key, tab, value; in both, tab, line feed, carriage return and backslash are written {@code \t \n
 * \r \\}, every other byte as it is. Holds any bytes; knows no time to live and no encoding (what
 * is UTF-8 is text).
 */
final class TsvFormat implements RecordFormat {

  @Override
  public Item read(byte[] line) throws MalformedLineException {
    int tab = indexOf(line, '\t', 0);
    if (tab < 0) {
      throw new MalformedLineException("there is no tab between key and value");
    }
    if (indexOf(line, '\t', tab + 1) >= 0) {
      throw new MalformedLineException("there is a second tab; inside a value it is written \\t");
    }
    if (tab == 0) {
      throw new MalformedLineException("the key is empty");
    }
    byte[] key = unescape(line, 0, tab);
    byte[] value = unescape(line, tab + 1, line.length);
    return new Item(Key.of(key), Bytes.textOrBytes(value), Optional.empty());
  }

  @Override
  public void write(Entry entry, OutputStream out) throws IOException {
    escape(entry.key().toBytes(), out);
    out.write('\t');
    escape(entry.value().toBytes(), out);
    out.write('\n');
  }

  @Override
  public Optional<String> loses() {
    return Optional.of("times to live and encodings (--format jsonl keeps them)");
  }

  private static void escape(byte[] bytes, OutputStream out) throws IOException {
    for (byte b : bytes) {
      char escaped = escapeOf(b);
      if (escaped != 0) {
        out.write('\\');
        out.write(escaped);
      } else {
        out.write(b);
      }
    }
  }

  private static char escapeOf(byte b) {
    return switch (b) {
      case '\t' -> 't';
      case '\n' -> 'n';
      case '\r' -> 'r';
      case '\\' -> '\\';
      default -> 0;
    };
  }

  private static byte[] unescape(byte[] line, int from, int to) throws MalformedLineException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
    int position = from;
    while (position < to) {
      byte b = line[position++];
      if (b != '\\') {
        bytes.write(b);
      } else if (position == to) {
        bytes.write(unknownEscape(""));
      } else {
        bytes.write(unescaped(line[position++]));
      }
    }
    return bytes.toByteArray();
  }

  private static int unescaped(byte letter) throws MalformedLineException {
    return switch (letter) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case '\\' -> '\\';
      default -> unknownEscape(String.valueOf((char) (letter & 0xff)));
    };
  }

  private static int unknownEscape(String letter) throws MalformedLineException {
    throw new MalformedLineException(
        "\"\\" + letter + "\" means nothing; there are \\t, \\n, \\r and \\\\");
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
