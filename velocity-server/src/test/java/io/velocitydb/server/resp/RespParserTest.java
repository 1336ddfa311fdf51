package io.velocitydb.server.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.velocitydb.server.resp.RespParser.Result;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests are found whole, however their bytes come, and what is none is refused in time. */
final class RespParserTest {
  private static final int BYTES_MAX = 1 << 20;
  private static final int BYTES_MAX_BEFORE_LOGIN = 16 << 10;

  private final RespParser parser = new RespParser(BYTES_MAX_BEFORE_LOGIN);

  /** Gives the parser a stream in pieces, and gives the requests it finds; null after an error. */
  private List<List<String>> parse(byte[] stream, int... cuts) {
    List<List<String>> requests = new ArrayList<>();
    ByteBuf buffer = Unpooled.directBuffer();
    try {
      int from = 0;
      for (int piece = 0; piece <= cuts.length; piece++) {
        int to = piece < cuts.length ? cuts[piece] : stream.length;
        buffer.writeBytes(stream, from, to - from);
        from = to;
        Result result;
        while ((result = parser.parse(buffer)) == Result.REQUEST) {
          // Asked again it says the same: a request may have to wait.
          assertThat(parser.parse(buffer)).isEqualTo(Result.REQUEST);
          List<String> words = new ArrayList<>();
          for (int i = 0; i < parser.count(); i++) {
            words.add(
                buffer.toString(
                    buffer.readerIndex() + parser.offset(i),
                    parser.length(i),
                    StandardCharsets.ISO_8859_1));
          }
          requests.add(words);
          buffer.skipBytes((int) parser.bytes());
          parser.next();
        }
        if (result == Result.ERROR) {
          return null;
        }
        // Between two reads, what is left moves to a buffer of its own.
        ByteBuf own = Unpooled.directBuffer().writeBytes(buffer);
        buffer.release();
        buffer = own;
      }
      assertThat(buffer.readableBytes()).as("bytes left over").isZero();
      return requests;
    } finally {
      buffer.release();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void requestsAreFoundWhereverTheStreamIsCut() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(RespConnection.request("SET", "key", "a\r\nb$3\r\n*2"));
    stream.writeBytes(ascii("PING\r\n"));
    stream.writeBytes(ascii("*0\r\n\r\n"));
    stream.writeBytes(ascii("set \"a \\x41\" 'b c'\n"));
    stream.writeBytes(RespConnection.request("GET", ""));
    byte[] bytes = stream.toByteArray();
    List<List<String>> expected =
        List.of(
            List.of("SET", "key", "a\r\nb$3\r\n*2"),
            List.of("PING"),
            List.of(),
            List.of(),
            List.of("set", "a A", "b c"),
            List.of("GET", ""));

    assertThat(parse(bytes)).isEqualTo(expected);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second += 7) {
        assertThat(parse(bytes, first, second))
            .as("cut at %d, %d", first, second)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void randomRequestsInRandomPiecesAreFound() {
    long seed = Long.getLong("seed", new Random().nextLong());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    parser.known(BYTES_MAX);
    for (int round = 0; round < 300; round++) {
      List<List<String>> requests = new ArrayList<>();
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      for (int i = random.nextInt(6); i >= 0; i--) {
        String[] words = new String[1 + random.nextInt(random.nextInt(20) == 0 ? 600 : 6)];
        for (int w = 0; w < words.length; w++) {
          byte[] word = new byte[random.nextInt(random.nextInt(10) == 0 ? 5_000 : 12)];
          random.nextBytes(word);
          words[w] = new String(word, StandardCharsets.ISO_8859_1);
        }
        requests.add(List.of(words));
        stream.writeBytes(RespConnection.request(words));
      }
      byte[] bytes = stream.toByteArray();
      int[] cuts = random.ints(random.nextInt(8), 0, bytes.length + 1).sorted().toArray();
      assertThat(parse(bytes, cuts)).as("seed %d, round %d", seed, round).isEqualTo(requests);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*x;                    | invalid multibulk length",
        "*;                     | invalid multibulk length",
        "*+1;                   | invalid multibulk length",
        "*01;                   | invalid multibulk length",
        "*65538;                | invalid multibulk length",
        "*9223372036854775808;  | invalid multibulk length",
        "*99999999999999999999999999 | invalid multibulk length",
        "*1,                    | invalid multibulk length",
        "*1;PING;               | expected '$', got 'P'",
        "'*1;\u0001'              | expected '$', got '?'",
        "*1;$-1;                | invalid bulk length",
        "*1;$x;                 | invalid bulk length",
        "*1;$1048577;           | invalid bulk length",
        "*1;$4294967297;        | invalid bulk length",
        "*1;$9223372036854775807; | invalid bulk length",
        "*2;$1048000;           | NEED_MORE",
        "*1;$1;ab;              | expected the end of a bulk string",
        "*1;$1;a,b              | expected the end of a bulk string",
        "'get \"a;'             | unbalanced quotes in request",
        "'get \"a\"b;'          | unbalanced quotes in request",
      })
  void whatIsNoRequestIsRefusedAsSoonAsThatIsClear(String stream, String error) {
    parser.known(BYTES_MAX);
    String text = stream.strip();
    text = text.startsWith("'") && text.length() > 1 ? text.substring(1, text.length() - 1) : text;
    ByteBuf in = Unpooled.wrappedBuffer(ascii(text.replace(";", "\r\n").replace(",", "\r\r")));
    Result result = parser.parse(in);
    if (error.equals("NEED_MORE")) {
      assertThat(result).isEqualTo(Result.NEED_MORE);
    } else {
      assertThat(result).isEqualTo(Result.ERROR);
      assertThat(parser.error()).isEqualTo("Protocol error: " + error);
    }
  }

  @Test
  void beforeLoginRequestsAreSmall() {
    assertThat(error("*11\r\n")).isEqualTo("Protocol error: unauthenticated multibulk length");
    assertThat(error("*1\r\n$16385\r\n")).isEqualTo("Protocol error: unauthenticated bulk length");
    assertThat(error("*2\r\n$9000\r\n" + "x".repeat(9_000) + "\r\n$9000\r\n"))
        .isEqualTo("Protocol error: unauthenticated bulk length");
    assertThat(error("x".repeat(BYTES_MAX_BEFORE_LOGIN + 1)))
        .isEqualTo("Protocol error: too big inline request");
  }

  private static String error(String stream) {
    RespParser fresh = new RespParser(BYTES_MAX_BEFORE_LOGIN);
    assertThat(fresh.parse(Unpooled.wrappedBuffer(ascii(stream)))).isEqualTo(Result.ERROR);
    return fresh.error();
  }

  @Test
  void aLongLineIsRefusedAlsoAfterLogin() {
    parser.known(BYTES_MAX);
    byte[] line = new byte[RespParser.LINE_BYTES_MAX + 1];
    java.util.Arrays.fill(line, (byte) 'x');
    assertThat(parser.parse(Unpooled.wrappedBuffer(line))).isEqualTo(Result.ERROR);
    assertThat(parser.error()).isEqualTo("Protocol error: too big inline request");
  }

  @Test
  void aRequestTellsHowLongItWillBeAtLeast() {
    parser.known(BYTES_MAX);
    assertThat(parser.parse(Unpooled.wrappedBuffer(ascii("*2\r\n$3\r\nGET\r\n$100000\r\nab"))))
        .isEqualTo(Result.NEED_MORE);
    assertThat(parser.isLastArgument()).isTrue();
    assertThat(parser.bytes()).isEqualTo(4 + 9 + 9 + 100_000 + 2);
  }

  @Test
  void randomBytesNeitherBreakTheParserNorMakeItReadBehindThem() {
    long seed = Long.getLong("seed", new Random().nextLong());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    byte[] alphabet = ascii("*$0123456789-\r\n\r\n\"'\\x PINGaé\0");
    for (int round = 0; round < 20_000; round++) {
      RespParser fresh = new RespParser(BYTES_MAX_BEFORE_LOGIN);
      if (random.nextBoolean()) {
        fresh.known(BYTES_MAX);
      }
      byte[] bytes = new byte[random.nextInt(60)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] =
            random.nextInt(20) == 0
                ? (byte) random.nextInt()
                : alphabet[random.nextInt(alphabet.length)];
      }
      ByteBuf in = Unpooled.wrappedBuffer(bytes);
      Result result;
      while ((result = fresh.parse(in)) == Result.REQUEST) {
        assertThat(fresh.bytes()).isBetween(1L, (long) in.readableBytes());
        for (int i = 0; i < fresh.count(); i++) {
          assertThat(fresh.offset(i) + fresh.length(i)).isLessThanOrEqualTo((int) fresh.bytes());
          assertThat(fresh.length(i)).isNotNegative();
        }
        in.skipBytes((int) fresh.bytes());
        fresh.next();
      }
      assertThat(result).isIn(Result.NEED_MORE, Result.ERROR);
    }
  }
}
