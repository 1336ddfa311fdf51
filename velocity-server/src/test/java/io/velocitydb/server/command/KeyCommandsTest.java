package io.velocitydb.server.command;

import static io.velocitydb.server.wire.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.fbs.AppendRequest;
import io.velocitydb.protocol.fbs.AppendResponse;
import io.velocitydb.protocol.fbs.BatchKind;
import io.velocitydb.protocol.fbs.BatchOperation;
import io.velocitydb.protocol.fbs.BatchRequest;
import io.velocitydb.protocol.fbs.BatchResponse;
import io.velocitydb.protocol.fbs.Bytes;
import io.velocitydb.protocol.fbs.Condition;
import io.velocitydb.protocol.fbs.CountRequest;
import io.velocitydb.protocol.fbs.CountResponse;
import io.velocitydb.protocol.fbs.DeleteRangeRequest;
import io.velocitydb.protocol.fbs.DeleteResponse;
import io.velocitydb.protocol.fbs.Encoding;
import io.velocitydb.protocol.fbs.ExistsRequest;
import io.velocitydb.protocol.fbs.ExistsResponse;
import io.velocitydb.protocol.fbs.ExpireRequest;
import io.velocitydb.protocol.fbs.ExpireResponse;
import io.velocitydb.protocol.fbs.Expiry;
import io.velocitydb.protocol.fbs.GetResponse;
import io.velocitydb.protocol.fbs.IncrRequest;
import io.velocitydb.protocol.fbs.IncrResponse;
import io.velocitydb.protocol.fbs.MgetRequest;
import io.velocitydb.protocol.fbs.MgetResponse;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.ScanResponse;
import io.velocitydb.protocol.fbs.SetRequest;
import io.velocitydb.protocol.fbs.SetResponse;
import io.velocitydb.protocol.fbs.TtlRequest;
import io.velocitydb.protocol.fbs.TtlResponse;
import io.velocitydb.protocol.fbs.TtlState;
import io.velocitydb.protocol.fbs.UseRequest;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.wire.Frame;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command on keys, through the administration socket of a whole server. */
final class KeyCommandsTest {
  @TempDir static Path folder;
  private static TestServer server;
  private RawConnection connection;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void connect() throws IOException {
    connection = server.local();
    assertThat(call(Opcode.DELETE_RANGE, (_, _) -> {}).isError()).isFalse();
  }

  @AfterEach
  void disconnect() throws IOException {
    connection.close();
  }

  private Frame call(Opcode opcode, BiConsumer<MessageWriter, Integer> fields) throws IOException {
    return connection.call(Frames.of(opcode, fields));
  }

  private String get(String key) throws IOException {
    return connection.call(Frames.get(key)).value();
  }

  private SetResponse set(String key, String value, BiConsumer<MessageWriter, Integer> more)
      throws IOException {
    Frame answer =
        call(
            Opcode.SET,
            (message, table) -> {
              message.putBytes(table, SetRequest.KEY, utf8(key));
              message.putBytes(table, SetRequest.VALUE, utf8(value));
              more.accept(message, table);
            });
    assertThat(answer.answers(Opcode.SET)).as(answer.toString()).isTrue();
    return SetResponse.getRootAsSetResponse(answer.table());
  }

  private SetResponse set(String key, String value) throws IOException {
    return set(key, value, (_, _) -> {});
  }

  @Test
  void aValueThatWasSetIsFound() throws IOException {
    SetResponse set = set("fruit", "pear");
    GetResponse got =
        GetResponse.getRootAsGetResponse(connection.call(Frames.get("fruit")).table());

    assertThat(set.applied()).isTrue();
    assertThat(got.found()).isTrue();
    assertThat(Frame.text(got.valueAsByteBuffer())).isEqualTo("pear");
    assertThat(got.version()).isEqualTo(set.version()).isNotZero();
    assertThat(got.ttlMs()).isZero();
  }

  @Test
  void aMissingKeyIsNotFound() throws IOException {
    assertThat(get("nothing")).isEqualTo("(missing)");
  }

  @Test
  void theEmptyValueIsAValue() throws IOException {
    set("empty", "");
    assertThat(get("empty")).isEmpty();
  }

  @Test
  void theEncodingIsKept() throws IOException {
    set("json", "{}", (m, t) -> m.putByte(t, SetRequest.ENCODING, Encoding.JSON));
    GetResponse got = GetResponse.getRootAsGetResponse(connection.call(Frames.get("json")).table());
    assertThat(got.encoding()).isEqualTo(Encoding.JSON);
  }

  @Test
  void aSetWhoseConditionFailsTellsTheCurrentVersion() throws IOException {
    long version = set("once", "1").version();
    SetResponse second =
        set("once", "2", (m, t) -> m.putByte(t, SetRequest.CONDITION, Condition.IF_ABSENT));
    SetResponse swapped =
        set(
            "once",
            "3",
            (m, t) -> {
              m.putByte(t, SetRequest.CONDITION, Condition.IF_VERSION);
              m.putLong(t, SetRequest.CONDITION_VERSION, version);
              m.putBoolean(t, SetRequest.RETURN_PREVIOUS, true);
            });

    assertThat(second.applied()).isFalse();
    assertThat(second.version()).isEqualTo(version);
    assertThat(swapped.applied()).isTrue();
    assertThat(Frame.text(swapped.previous().valueAsByteBuffer())).isEqualTo("1");
    assertThat(get("once")).isEqualTo("3");
  }

  @Test
  void deleteTellsWhetherThereWasSomething() throws IOException {
    set("gone", "soon");
    DeleteResponse first =
        DeleteResponse.getRootAsDeleteResponse(connection.call(Frames.delete("gone")).table());
    DeleteResponse second =
        DeleteResponse.getRootAsDeleteResponse(connection.call(Frames.delete("gone")).table());

    assertThat(first.applied() && first.existed()).isTrue();
    assertThat(second.applied() || second.existed()).isFalse();
    assertThat(get("gone")).isEqualTo("(missing)");
  }

  @Test
  void incrCountsAndRefusesWhatIsNoNumber() throws IOException {
    assertThat(incr("n", 5)).isEqualTo(5);
    assertThat(incr("n", -7)).isEqualTo(-2);
    set("n", "many");
    Frame refused = incrFrame("n", 1);
    assertThat(refused.errorCode()).isEqualTo(ErrorCode.NOT_AN_INTEGER);
    assertThat(refused.error().outcome()).isEqualTo(Outcome.NOT_APPLIED);
    set("n", "9223372036854775807");
    assertThat(incrFrame("n", 1).errorCode()).isEqualTo(ErrorCode.OVERFLOW);
    assertThat(get("n")).isEqualTo("9223372036854775807");
  }

  private long incr(String key, long delta) throws IOException {
    return IncrResponse.getRootAsIncrResponse(incrFrame(key, delta).table()).value();
  }

  private Frame incrFrame(String key, long delta) throws IOException {
    return call(
        Opcode.INCR,
        (m, t) -> {
          m.putBytes(t, IncrRequest.KEY, utf8(key));
          m.putLong(t, IncrRequest.DELTA, delta);
        });
  }

  @Test
  void appendGrowsAValueAndTellsItsLength() throws IOException {
    assertThat(append("log", "one ")).isEqualTo(4);
    assertThat(append("log", "two")).isEqualTo(7);
    assertThat(get("log")).isEqualTo("one two");
  }

  private long append(String key, String bytes) throws IOException {
    Frame answer =
        call(
            Opcode.APPEND,
            (m, t) -> {
              m.putBytes(t, AppendRequest.KEY, utf8(key));
              m.putBytes(t, AppendRequest.VALUE, utf8(bytes));
            });
    return AppendResponse.getRootAsAppendResponse(answer.table()).length();
  }

  @Test
  void ttlTellsMissingEndlessAndWhatIsLeft() throws IOException {
    set("endless", "x");
    set(
        "short",
        "x",
        (m, t) -> {
          m.putByte(t, SetRequest.EXPIRY, Expiry.IN);
          m.putLong(t, SetRequest.EXPIRY_MS, 60_000);
        });

    assertThat(ttl("nowhere").state()).isEqualTo(TtlState.MISSING);
    assertThat(ttl("endless").state()).isEqualTo(TtlState.NONE);
    assertThat(ttl("short").state()).isEqualTo(TtlState.EXPIRES);
    assertThat(ttl("short").ttlMs()).isBetween(1L, 60_000L);
  }

  @Test
  void expireChangesTheTimeToLiveAndCanTakeItAway() throws IOException {
    set("key", "x");
    assertThat(expire("key", Expiry.IN, 50_000).applied()).isTrue();
    assertThat(ttl("key").state()).isEqualTo(TtlState.EXPIRES);
    assertThat(expire("key", Expiry.NONE, 0).applied()).isTrue();
    assertThat(ttl("key").state()).isEqualTo(TtlState.NONE);
    assertThat(expire("nowhere", Expiry.IN, 1).existed()).isFalse();
    assertThat(expire("key", Expiry.AT, 1).applied()).isTrue();
    assertThat(get("key")).isEqualTo("(missing)");
  }

  private TtlResponse ttl(String key) throws IOException {
    return TtlResponse.getRootAsTtlResponse(
        call(Opcode.TTL, (m, t) -> m.putBytes(t, TtlRequest.KEY, utf8(key))).table());
  }

  private ExpireResponse expire(String key, int expiry, long ms) throws IOException {
    Frame answer =
        call(
            Opcode.EXPIRE,
            (m, t) -> {
              m.putBytes(t, ExpireRequest.KEY, utf8(key));
              m.putByte(t, ExpireRequest.EXPIRY, expiry);
              m.putLong(t, ExpireRequest.EXPIRY_MS, ms);
            });
    assertThat(answer.isError()).as(answer.toString()).isFalse();
    return ExpireResponse.getRootAsExpireResponse(answer.table());
  }

  @Test
  void impossibleExpiriesAreRefused() throws IOException {
    for (long ms : new long[] {0, -1, 101L * 365 * 86_400_000}) {
      Frame answer =
          call(
              Opcode.SET,
              (m, t) -> {
                m.putBytes(t, SetRequest.KEY, utf8("k"));
                m.putByte(t, SetRequest.EXPIRY, Expiry.IN);
                m.putLong(t, SetRequest.EXPIRY_MS, ms);
              });
      assertThat(answer.errorCode()).as("IN %d", ms).isEqualTo(ErrorCode.INVALID_COMMAND);
    }
  }

  @Test
  void mgetAndExistsAnswerInTheOrderOfTheKeys() throws IOException {
    set("a", "1");
    set("c", "3");
    List<String> keys = List.of("c", "b", "a", "c");
    MgetResponse got =
        MgetResponse.getRootAsMgetResponse(
            call(Opcode.MGET, (m, t) -> putKeys(m, t, MgetRequest.KEYS, keys)).table());
    ExistsResponse exists =
        ExistsResponse.getRootAsExistsResponse(
            call(Opcode.EXISTS, (m, t) -> putKeys(m, t, ExistsRequest.KEYS, keys)).table());

    List<String> values = new ArrayList<>();
    for (int i = 0; i < got.entriesLength(); i++) {
      values.add(
          got.entries(i).found() ? Frame.text(got.entries(i).valueAsByteBuffer()) : "(missing)");
    }
    assertThat(values).containsExactly("3", "(missing)", "1", "3");
    assertThat(exists.count()).isEqualTo(3);
  }

  @Test
  void mgetAndExistsOfManyKeysAnswerForEach() throws IOException {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      keys.add("many/" + i);
      if (i % 3 == 0) {
        set("many/" + i, "value " + i);
      }
    }
    MgetResponse got =
        MgetResponse.getRootAsMgetResponse(
            call(Opcode.MGET, (m, t) -> putKeys(m, t, MgetRequest.KEYS, keys)).table());
    ExistsResponse exists =
        ExistsResponse.getRootAsExistsResponse(
            call(Opcode.EXISTS, (m, t) -> putKeys(m, t, ExistsRequest.KEYS, keys)).table());
    assertThat(exists.count()).isEqualTo(200);
    assertThat(got.entriesLength()).isEqualTo(600);
    for (int i = 0; i < 600; i++) {
      assertThat(got.entries(i).found()).as(keys.get(i)).isEqualTo(i % 3 == 0);
      if (i % 3 == 0) {
        assertThat(Frame.text(got.entries(i).valueAsByteBuffer())).isEqualTo("value " + i);
        assertThat(got.entries(i).version()).isPositive();
      }
    }
  }

  private static void putKeys(MessageWriter message, int table, int field, List<String> keys) {
    int vector = message.reserveTables(table, field, keys.size());
    for (int i = 0; i < keys.size(); i++) {
      message.putBytes(message.element(vector, i, Bytes.TABLE), Bytes.DATA, utf8(keys.get(i)));
    }
  }

  @Test
  void aScanGoesThroughAllPagesInBothDirections() throws IOException {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      String key = String.format("scan/%02d", i);
      keys.add(key);
      set(key, "v" + i);
    }
    set("tail", "not in it");

    assertThat(scan("scan/", false)).isEqualTo(keys);
    assertThat(scan("scan/", true)).isEqualTo(keys.reversed());
  }

  private List<String> scan(String prefix, boolean reverse) throws IOException {
    List<String> found = new ArrayList<>();
    byte[] cursor = new byte[0];
    do {
      byte[] from = cursor;
      Frame answer =
          call(
              Opcode.SCAN,
              (m, t) -> {
                m.putBytes(t, ScanRequest.PREFIX, utf8(prefix));
                m.putInt(t, ScanRequest.LIMIT, 10);
                m.putBoolean(t, ScanRequest.REVERSE, reverse);
                if (from.length > 0) {
                  m.putBytes(t, ScanRequest.CURSOR, from);
                }
              });
      assertThat(answer.isError()).as(answer.toString()).isFalse();
      ScanResponse page = ScanResponse.getRootAsScanResponse(answer.table());
      assertThat(page.entriesLength()).isBetween(1, 10);
      for (int i = 0; i < page.entriesLength(); i++) {
        found.add(Frame.text(page.entries(i).keyAsByteBuffer()));
        assertThat(page.entries(i).valueLength()).isPositive();
      }
      cursor = new byte[page.cursorLength()];
      if (cursor.length > 0) {
        page.cursorAsByteBuffer().get(cursor);
      }
    } while (cursor.length > 0);
    return found;
  }

  @Test
  void aPageOfLargeValuesEndsBelowItsLimit() throws IOException {
    byte[] value = new byte[300_000];
    for (int i = 0; i < 5; i++) {
      assertThat(connection.call(Frames.set("large/" + i, value)).isError()).isFalse();
    }
    Frame answer = call(Opcode.SCAN, (m, t) -> m.putBytes(t, ScanRequest.PREFIX, utf8("large/")));
    ScanResponse page = ScanResponse.getRootAsScanResponse(answer.table());
    assertThat(page.entriesLength()).isEqualTo(3);
    assertThat(page.cursorLength()).isPositive();
    assertThat(answer.body().length).isLessThanOrEqualTo(1 << 20);
  }

  @Test
  void aCursorOfAnotherScanIsRefused() throws IOException {
    for (byte[] cursor : List.of(new byte[] {1, 0, 'z'}, new byte[] {9, 0, 'a'}, new byte[] {1})) {
      Frame answer =
          call(
              Opcode.SCAN,
              (m, t) -> {
                m.putBytes(t, ScanRequest.PREFIX, utf8("a"));
                m.putBytes(t, ScanRequest.CURSOR, cursor);
              });
      assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_COMMAND);
    }
  }

  @Test
  void countAndDeleteRangeWorkOnRanges() throws IOException {
    for (String key : List.of("r/1", "r/2", "r/3", "s/1")) {
      set(key, "x");
    }
    assertThat(count("r/")).isEqualTo(3);
    Frame deleted =
        call(
            Opcode.DELETE_RANGE,
            (m, t) -> {
              m.putBytes(t, DeleteRangeRequest.START, utf8("r/2"));
              m.putBytes(t, DeleteRangeRequest.END, utf8("s"));
            });
    assertThat(deleted.isError()).isFalse();
    assertThat(count("r/")).isEqualTo(1);
    assertThat(count("s/")).isEqualTo(1);
  }

  private long count(String prefix) throws IOException {
    CountResponse count =
        CountResponse.getRootAsCountResponse(
            call(Opcode.COUNT, (m, t) -> m.putBytes(t, CountRequest.PREFIX, utf8(prefix))).table());
    assertThat(count.exact()).isTrue();
    return count.count();
  }

  @Test
  void aBatchIsAppliedWhole() throws IOException {
    set("old", "x");
    Frame answer =
        batch(
            operation(
                BatchKind.SET, "new", (m, t) -> m.putBytes(t, BatchOperation.VALUE, utf8("1"))),
            operation(BatchKind.DELETE, "old", (_, _) -> {}),
            operation(BatchKind.INCR, "n", (m, t) -> m.putLong(t, BatchOperation.DELTA, 4)));
    BatchResponse response = BatchResponse.getRootAsBatchResponse(answer.table());

    assertThat(response.versionsLength()).isEqualTo(3);
    assertThat(response.versions(0)).isNotZero();
    assertThat(response.versions(1)).isZero();
    assertThat(get("new") + get("old") + get("n")).isEqualTo("1(missing)4");
  }

  @Test
  void aBatchWhoseConditionFailsChangesNothingAndSaysWhich() throws IOException {
    long version = set("guard", "x").version();
    Frame several =
        batch(
            operation(
                BatchKind.SET, "other", (m, t) -> m.putBytes(t, BatchOperation.VALUE, utf8("1"))),
            operation(
                BatchKind.SET,
                "guard",
                (m, t) -> m.putByte(t, BatchOperation.CONDITION, Condition.IF_ABSENT)));
    Frame one =
        batch(
            operation(
                BatchKind.SET,
                "guard",
                (m, t) -> m.putByte(t, BatchOperation.CONDITION, Condition.IF_ABSENT)));

    assertThat(several.errorCode()).isEqualTo(ErrorCode.CONDITION_FAILED);
    assertThat(several.error().index()).isEqualTo(1);
    assertThat(several.error().version()).isEqualTo(version);
    assertThat(one.errorCode()).isEqualTo(ErrorCode.CONDITION_FAILED);
    assertThat(one.error().version()).isEqualTo(version);
    assertThat(get("other")).isEqualTo("(missing)");
  }

  @Test
  void aFieldThatDoesNotBelongToAnOperationIsRefused() throws IOException {
    Frame answer =
        batch(
            operation(
                BatchKind.DELETE, "k", (m, t) -> m.putBytes(t, BatchOperation.VALUE, utf8("v"))));
    assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_COMMAND);
  }

  private record Operation(int kind, String key, BiConsumer<MessageWriter, Integer> more) {}

  private static Operation operation(
      int kind, String key, BiConsumer<MessageWriter, Integer> more) {
    return new Operation(kind, key, more);
  }

  private Frame batch(Operation... operations) throws IOException {
    return call(
        Opcode.BATCH,
        (m, t) -> {
          int vector = m.reserveTables(t, BatchRequest.OPERATIONS, operations.length);
          for (int i = 0; i < operations.length; i++) {
            int table = m.element(vector, i, BatchOperation.TABLE);
            m.putByte(table, BatchOperation.KIND, operations[i].kind);
            m.putBytes(table, BatchOperation.KEY, utf8(operations[i].key));
            operations[i].more.accept(m, table);
          }
        });
  }

  @Test
  void limitsAreHeldToTheByte() throws IOException {
    assertThat(connection.call(Frames.set("k".repeat(65_536), "v")).isError()).isFalse();
    assertThat(connection.call(Frames.set("k".repeat(65_537), "v")).errorCode())
        .isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(connection.call(Frames.set("v", new byte[1 << 20])).isError()).isFalse();
    assertThat(connection.call(Frames.set("v", new byte[(1 << 20) + 1])).errorCode())
        .isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(connection.call(Frames.set("", "v")).errorCode())
        .isEqualTo(ErrorCode.INVALID_COMMAND);
    assertThat(get("k".repeat(65_536))).isEqualTo("v");
  }

  @Test
  void aRequestWithoutItsKeyIsRefusedAndTheConnectionGoesOn() throws IOException {
    assertThat(connection.call(Frames.empty(Opcode.GET.number())).errorCode())
        .isEqualTo(ErrorCode.INVALID_COMMAND);
    assertThat(connection.call(Frames.ping("still here")).payload()).isEqualTo("still here");
  }

  @Test
  void aDatabaseIsSelectedByUse() throws IOException {
    server.createDatabase("orders");
    set("where", "default");
    assertThat(use("orders").isError()).isFalse();
    assertThat(get("where")).isEqualTo("(missing)");
    assertThat(use("nowhere").errorCode()).isEqualTo(ErrorCode.DATABASE_NOT_FOUND);
    assertThat(connection.call(Frames.get("where")).errorCode()).isEqualTo(ErrorCode.NO_DATABASE);
    assertThat(use("system").errorCode()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(use("default").isError()).isFalse();
    assertThat(get("where")).isEqualTo("default");
  }

  private Frame use(String database) throws IOException {
    return call(Opcode.USE, (m, t) -> m.putString(t, UseRequest.DATABASE, database));
  }

  @Test
  void quitIsAnsweredAndThenTheServerCloses() throws IOException {
    // In one piece: the server may be gone before a second one is sent.
    connection.send(
        Frames.join(Frames.get("x"), Frames.empty(Opcode.QUIT.number()), Frames.get("y")));
    assertThat(connection.read().answers(Opcode.GET)).isTrue();
    assertThat(connection.read().answers(Opcode.QUIT)).isTrue();
    assertThat(connection.isClosedByServer()).isTrue();
  }
}
