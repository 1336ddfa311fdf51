package io.velocitydb.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;
import io.velocitydb.protocol.fbs.BatchRequest;
import io.velocitydb.protocol.fbs.BatchResponse;
import io.velocitydb.protocol.fbs.Encoding;
import io.velocitydb.protocol.fbs.Entry;
import io.velocitydb.protocol.fbs.ErrorResponse;
import io.velocitydb.protocol.fbs.Expiry;
import io.velocitydb.protocol.fbs.GetResponse;
import io.velocitydb.protocol.fbs.IncrRequest;
import io.velocitydb.protocol.fbs.MgetResponse;
import io.velocitydb.protocol.fbs.ScanResponse;
import io.velocitydb.protocol.fbs.Scope;
import io.velocitydb.protocol.fbs.SlotRange;
import io.velocitydb.protocol.fbs.Stat;
import io.velocitydb.protocol.fbs.StatsResponse;
import io.velocitydb.protocol.fbs.TopologyResponse;
import io.velocitydb.protocol.fbs.UserInfo;
import io.velocitydb.protocol.fbs.UserListResponse;
import io.velocitydb.protocol.fbs.Value;
import io.velocitydb.protocol.fbs.VerifyResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the writer writes is read by the accessors that flatc generated. */
class MessageWriterTest {
  private final MessageWriter writer = new MessageWriter();
  private final ByteBuf out = Unpooled.buffer(1);

  @Test
  void aValueIsWrittenInPlace() {
    int get = writer.begin(out, GetResponse.TABLE);
    writer.putBoolean(get, GetResponse.FOUND, true);
    writer.putByte(get, GetResponse.ENCODING, Encoding.JSON);
    writer.putLong(get, GetResponse.VERSION, 0xFEDC_BA98_7654_3210L);
    int at = writer.reserve(get, GetResponse.VALUE, 3);
    out.setBytes(at, new byte[] {7, 8, 9});

    GetResponse read = GetResponse.getRootAsGetResponse(verified(GetResponse.TABLE));
    assertThat(read.found()).isTrue();
    assertThat(read.encoding()).isEqualTo(Encoding.JSON);
    assertThat(read.version()).isEqualTo(0xFEDC_BA98_7654_3210L);
    assertThat(read.ttlMs()).isZero();
    assertThat(read.valueLength()).isEqualTo(3);
    assertThat(read.value(2)).isEqualTo(9);
    assertThat(read.valueStart()).isEqualTo(at);
  }

  @Test
  void whatIsNotPutHasItsDefault() {
    int incr = writer.begin(out, IncrRequest.TABLE);
    writer.putBytes(incr, IncrRequest.KEY, new byte[] {1});
    IncrRequest read = IncrRequest.getRootAsIncrRequest(body());
    assertThat(read.delta()).isEqualTo(1);
    assertThat(read.expiry()).isEqualTo(Expiry.KEEP);
    assertThat(read.meta()).isNull();

    out.clear();
    incr = writer.begin(out, IncrRequest.TABLE);
    writer.putLong(incr, IncrRequest.DELTA, 0);
    writer.putByte(incr, IncrRequest.EXPIRY, Expiry.NONE);
    read = IncrRequest.getRootAsIncrRequest(body());
    assertThat(read.delta()).isZero();
    assertThat(read.expiry()).isEqualTo(Expiry.NONE);
    assertThat(read.keyLength()).isZero();
  }

  @Test
  void tablesInVectorsMayBeWrittenInAnyOrderAndShortened() {
    int mget = writer.begin(out, MgetResponse.TABLE);
    int entries = writer.reserveTables(mget, MgetResponse.ENTRIES, 3);
    for (int i = 1; i >= 0; i--) {
      int value = writer.element(entries, i, Value.TABLE);
      writer.putBoolean(value, Value.FOUND, i == 1);
      writer.putBytes(value, Value.VALUE, new byte[i * 5]);
    }
    writer.truncate(entries, 2);

    MgetResponse read = MgetResponse.getRootAsMgetResponse(verified(MgetResponse.TABLE));
    assertThat(read.entriesLength()).isEqualTo(2);
    assertThat(read.entries(0).found()).isFalse();
    assertThat(read.entries(1).found()).isTrue();
    assertThat(read.entries(1).valueLength()).isEqualTo(5);
    assertThatThrownBy(() -> writer.truncate(entries, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPageOfEntriesComesBackAsItWasWritten() {
    int scan = writer.begin(out, ScanResponse.TABLE);
    int entries = writer.reserveTables(scan, ScanResponse.ENTRIES, 100);
    ByteBuf source = Unpooled.copiedBuffer("__key and value", StandardCharsets.US_ASCII);
    for (int i = 0; i < 100; i++) {
      int entry = writer.element(entries, i, Entry.TABLE);
      writer.putBytes(entry, Entry.KEY, source, 2, 3);
      writer.putBytes(entry, Entry.VALUE, ("v" + i).getBytes(StandardCharsets.US_ASCII));
      writer.putLong(entry, Entry.VERSION, i);
    }
    writer.putBytes(scan, ScanResponse.CURSOR, new byte[] {1, 2});

    ScanResponse read = ScanResponse.getRootAsScanResponse(verified(ScanResponse.TABLE));
    assertThat(read.entriesLength()).isEqualTo(100);
    for (int i = 0; i < 100; i++) {
      Entry entry = read.entries(i);
      assertThat(text(entry.keyAsByteBuffer())).isEqualTo("key");
      assertThat(text(entry.valueAsByteBuffer())).isEqualTo("v" + i);
      assertThat(entry.version()).isEqualTo(i);
    }
    assertThat(read.cursorLength()).isEqualTo(2);
  }

  @Test
  void stringsNumbersAndNestedTablesComeBack() {
    int list = writer.begin(out, UserListResponse.TABLE);
    int users = writer.reserveTables(list, UserListResponse.USERS, 1);
    int user = writer.element(users, 0, UserInfo.TABLE);
    writer.putString(user, UserInfo.NAME, "Zoë 🚀");
    int scopes = writer.reserveTables(user, UserInfo.SCOPES, 1);
    int scope = writer.element(scopes, 0, Scope.TABLE);
    writer.putString(scope, Scope.DATABASE, "");
    writer.putBytes(scope, Scope.PREFIX, new byte[0]);
    UserInfo info =
        UserListResponse.getRootAsUserListResponse(verified(UserListResponse.TABLE)).users(0);
    assertThat(info.name()).isEqualTo("Zoë 🚀");
    assertThat(info.scopes(0).database()).isEmpty();
    assertThat(info.scopes(0).prefixAsByteBuffer().remaining()).isZero();

    out.clear();
    int stats = writer.begin(out, StatsResponse.TABLE);
    writer.putInt(stats, StatsResponse.CONNECTIONS, -1);
    int stat = writer.element(writer.reserveTables(stats, StatsResponse.STATS, 1), 0, Stat.TABLE);
    writer.putDouble(stat, Stat.VALUE, 0.25);
    StatsResponse read = StatsResponse.getRootAsStatsResponse(verified(StatsResponse.TABLE));
    assertThat(read.connections()).isEqualTo(0xFFFF_FFFFL);
    assertThat(read.stats(0).value()).isEqualTo(0.25);

    out.clear();
    int verify = writer.begin(out, VerifyResponse.TABLE);
    writer.putStrings(verify, VerifyResponse.PROBLEMS, List.of("one", "", "three"));
    VerifyResponse problems =
        VerifyResponse.getRootAsVerifyResponse(verified(VerifyResponse.TABLE));
    assertThat(List.of(problems.problems(0), problems.problems(1), problems.problems(2)))
        .containsExactly("one", "", "three");
  }

  @Test
  void vectorsOfNumbersComeBack() {
    int batch = writer.begin(out, BatchResponse.TABLE);
    int versions = writer.reserveLongs(batch, BatchResponse.VERSIONS, 2);
    out.setLongLE(versions + 8, 42);
    BatchResponse read = BatchResponse.getRootAsBatchResponse(verified(BatchResponse.TABLE));
    assertThat(read.versions(0)).isZero();
    assertThat(read.versions(1)).isEqualTo(42);

    out.clear();
    int topology = writer.begin(out, TopologyResponse.TABLE);
    int slots = writer.reserveTables(topology, TopologyResponse.SLOTS, 1);
    int range = writer.element(slots, 0, SlotRange.TABLE);
    writer.putShort(range, SlotRange.LAST, 0xFFF);
    int nodes = writer.reserveInts(range, SlotRange.NODES, 2);
    out.setIntLE(nodes, 5);
    SlotRange readRange =
        TopologyResponse.getRootAsTopologyResponse(verified(TopologyResponse.TABLE)).slots(0);
    assertThat(readRange.last()).isEqualTo(0xFFF);
    assertThat(readRange.nodes(0)).isEqualTo(5);
  }

  @Test
  void aMessageMayStandAnywhereInTheBuffer() {
    out.writeZero(13);
    int get = writer.begin(out, GetResponse.TABLE);
    writer.putLong(get, GetResponse.VERSION, 5);
    assertThat(writer.length()).isEqualTo(out.writerIndex() - 13);
    ByteBuffer body = out.nioBuffer(13, writer.length()).order(ByteOrder.LITTLE_ENDIAN);
    new Verifier().verifyResponse(GetResponse.TABLE, body);
    assertThat(GetResponse.getRootAsGetResponse(body).version()).isEqualTo(5);
  }

  @Test
  void aFieldOfAnotherSizeIsAMistake() {
    int batch = writer.begin(out, BatchRequest.TABLE);
    assertThatThrownBy(() -> writer.putLong(batch, BatchRequest.OPERATIONS, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anErrorTellsWhatHappenedAndWhatToDo() {
    ErrorMessage sent =
        ErrorMessage.notApplied(ErrorCode.CONDITION_FAILED, "operation 3: the key exists")
            .failedAt(3, 77);
    sent.write(writer, out);
    ErrorMessage read = ErrorMessage.read(verified(ErrorResponse.TABLE));
    assertThat(read).isEqualTo(sent);
    assertThat(read.code()).contains(ErrorCode.CONDITION_FAILED);

    out.clear();
    sent = ErrorMessage.notApplied(ErrorCode.RATE_LIMITED, "too fast").retryAfter(250);
    sent.write(writer, out);
    read = ErrorMessage.read(verified(ErrorResponse.TABLE));
    assertThat(read).isEqualTo(sent);
    assertThat(read.retry()).isEqualTo(Retry.AFTER);
    assertThat(read.retryAfterMs()).isEqualTo(250);
  }

  @Test
  void aTimeoutMayBeRepeatedOnlyWhenNothingHappened() {
    assertThat(ErrorMessage.of(ErrorCode.TIMEOUT, "late", Outcome.UNKNOWN).retry())
        .isEqualTo(Retry.NEVER);
    assertThat(ErrorMessage.notApplied(ErrorCode.TIMEOUT, "late").retry()).isEqualTo(Retry.NOW);
  }

  @Test
  void everyTableOfEveryOpcodeCanBeWrittenEmpty() {
    Verifier verifier = new Verifier();
    for (Opcode opcode : Opcode.values()) {
      out.clear();
      writer.begin(out, opcode.responseTable());
      verifier.verifyResponse(opcode.responseTable(), body());
    }
  }

  private ByteBuffer verified(int table) {
    ByteBuffer body = body();
    new Verifier().verifyResponse(table, body);
    return body;
  }

  private ByteBuffer body() {
    return out.nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }
}
