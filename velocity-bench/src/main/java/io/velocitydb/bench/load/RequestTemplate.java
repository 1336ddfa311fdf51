package io.velocitydb.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.velocitydb.bench.load.Workload.Command;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.GetRequest;
import io.velocitydb.protocol.fbs.IncrRequest;
import io.velocitydb.protocol.fbs.SetRequest;
import io.velocitydb.protocol.frame.Flags;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.protocol.frame.FrameHeader;
import io.velocitydb.protocol.message.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The bytes of one request, ready but for its key, which is patched in just before it is sent.
 *
 * <p>Keys are {@code key:000000000042} (of counters {@code counter:...}): what redis-benchmark
 * uses, so that both generators find each other's data. Only the last eight digits vary; they are
 * written as two numbers from a table.
 *
 * <p>V-Proto's checksum is not computed again either: a CRC is linear, so that the CRC of a frame
 * is that of the same frame with the key 0, xor what the digits contribute, which depends on
 * nothing but the digits and their distance from the end. Both halves of the key have a table of
 * that.
 *
 * <p>Immutable but for the buffers it is given.
 */
final class RequestTemplate {
  /** Eight digits. */
  static final int MAX_KEYS = 100_000_000;

  private static final int HALF = 10_000;
  private static final int HALF_DIGITS = 4;
  private static final int[] DIGITS = digits();
  private static final String KEY = "key:000000000000";
  private static final String COUNTER = "counter:000000000000";

  private final byte[] bytes;
  private final int digitsOffset;

  /** Of V-Proto; both are empty in RESP. */
  private final int[] upper;

  private final int[] lower;

  private RequestTemplate(byte[] bytes, int digitsOffset, boolean checked) {
    this.bytes = bytes;
    this.digitsOffset = digitsOffset;
    upper = checked ? contributions(bytes, digitsOffset) : new int[0];
    lower = checked ? contributions(bytes, digitsOffset + HALF_DIGITS) : new int[0];
  }

  /** A GET, SET or INCR whose value has that length. */
  static RequestTemplate of(Protocol protocol, Command command, int valueBytes) {
    return protocol == Protocol.RESP ? resp(command, valueBytes) : vproto(command, valueBytes);
  }

  private static RequestTemplate resp(Command command, int valueBytes) {
    String text =
        switch (command) {
          case GET -> "*2\r\n$3\r\nGET\r\n" + bulk(KEY);
          case SET -> "*3\r\n$3\r\nSET\r\n" + bulk(KEY) + bulk("v".repeat(valueBytes));
          case INCR -> "*2\r\n$4\r\nINCR\r\n" + bulk(COUNTER);
          case GET_90_SET_10, GET_50_SET_50 -> throw new IllegalArgumentException("a mix");
        };
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return new RequestTemplate(bytes, digitsOffset(bytes, command), false);
  }

  private static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  private static RequestTemplate vproto(Command command, int valueBytes) {
    ByteBuf out = Unpooled.buffer();
    FrameEncoder frames = new FrameEncoder();
    MessageWriter messages = new MessageWriter();
    byte[] key = keyOf(command).getBytes(StandardCharsets.US_ASCII);
    switch (command) {
      case GET -> {
        int start = frames.begin(out, Opcode.GET.number(), Flags.NONE);
        int table = messages.begin(out, GetRequest.TABLE);
        messages.putBytes(table, GetRequest.KEY, key);
        frames.end(out, start);
      }
      case SET -> {
        int start = frames.begin(out, Opcode.SET.number(), Flags.NONE);
        int table = messages.begin(out, SetRequest.TABLE);
        messages.putBytes(table, SetRequest.KEY, key);
        byte[] value = new byte[valueBytes];
        java.util.Arrays.fill(value, (byte) 'v');
        messages.putBytes(table, SetRequest.VALUE, value);
        frames.end(out, start);
      }
      case INCR -> {
        int start = frames.begin(out, Opcode.INCR.number(), Flags.NONE);
        int table = messages.begin(out, IncrRequest.TABLE);
        messages.putBytes(table, IncrRequest.KEY, key);
        frames.end(out, start);
      }
      case GET_90_SET_10, GET_50_SET_50 -> throw new IllegalArgumentException("a mix");
    }
    byte[] bytes = ByteBufUtil.getBytes(out);
    return new RequestTemplate(bytes, digitsOffset(bytes, command), true);
  }

  private static String keyOf(Command command) {
    return command == Command.INCR ? COUNTER : KEY;
  }

  /** Where the last eight digits of the key stand. */
  private static int digitsOffset(byte[] bytes, Command command) {
    String key = keyOf(command);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.indexOf(key) + key.length() - 2 * HALF_DIGITS;
  }

  /** Bytes of the request. */
  int length() {
    return bytes.length;
  }

  /**
   * Appends the request with a value of its own.
   *
   * @param random where the value's bytes come from
   */
  void write(ByteBuf out, int valueBytes, java.util.SplittableRandom random) {
    int start = out.writerIndex();
    out.writeBytes(bytes);
    int value = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("v".repeat(valueBytes));
    if (valueBytes == 0 || value < 0) {
      return;
    }
    for (int i = 0; i < valueBytes; i++) {
      out.setByte(start + value + i, random.nextInt('a', 'z' + 1));
    }
    if (upper.length > 0) {
      int covered = bytes.length - FrameHeader.CRC_LENGTH;
      CRC32 crc = new CRC32();
      crc.update(ByteBufUtil.getBytes(out, start, covered));
      out.setIntLE(start + covered, (int) crc.getValue());
    }
  }

  /** Puts a key into the request at {@code start}, which has the key 0 until now. */
  void patch(ByteBuf request, int start, int key) {
    int high = key / HALF;
    int low = key - high * HALF;
    request.setIntLE(start + digitsOffset, DIGITS[high]);
    request.setIntLE(start + digitsOffset + HALF_DIGITS, DIGITS[low]);
    if (upper.length > 0) {
      int at = start + bytes.length - FrameHeader.CRC_LENGTH;
      request.setIntLE(at, request.getIntLE(at) ^ upper[high] ^ lower[low]);
    }
  }

  /** What four digits at an offset change of the CRC, by the number that they are. */
  private static int[] contributions(byte[] frame, int offset) {
    int covered = frame.length - FrameHeader.CRC_LENGTH;
    byte[] copy = frame.clone();
    CRC32 crc = new CRC32();
    crc.update(copy, 0, covered);
    int base = (int) crc.getValue();
    int[] table = new int[HALF];
    for (int number = 0; number < HALF; number++) {
      for (int i = 0; i < HALF_DIGITS; i++) {
        copy[offset + i] = (byte) (DIGITS[number] >>> (8 * i));
      }
      crc.reset();
      crc.update(copy, 0, covered);
      table[number] = base ^ (int) crc.getValue();
    }
    return table;
  }

  /** Every number of four digits as its characters, the first in the lowest byte. */
  private static int[] digits() {
    int[] table = new int[HALF];
    for (int number = 0; number < HALF; number++) {
      table[number] =
          ('0' + number / 1000)
              | (('0' + number / 100 % 10) << 8)
              | (('0' + number / 10 % 10) << 16)
              | (('0' + number % 10) << 24);
    }
    return table;
  }
}
