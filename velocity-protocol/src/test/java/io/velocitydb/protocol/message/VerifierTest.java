package io.velocitydb.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import io.netty.buffer.Unpooled;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.fbs.BatchOperation;
import io.velocitydb.protocol.fbs.BatchRequest;
import io.velocitydb.protocol.fbs.Bytes;
import io.velocitydb.protocol.fbs.Encoding;
import io.velocitydb.protocol.fbs.GetRequest;
import io.velocitydb.protocol.fbs.GetResponse;
import io.velocitydb.protocol.fbs.MgetRequest;
import io.velocitydb.protocol.fbs.SetRequest;
import io.velocitydb.protocol.fbs.UseRequest;
import io.velocitydb.protocol.frame.FrameDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private final Verifier verifier = new Verifier();
  private final FlatBufferBuilder builder = new FlatBufferBuilder();

  @Test
  void whatTheOfficialBuilderWritesPasses() {
    int key = builder.createByteVector(new byte[] {1, 2, 3});
    int value = builder.createByteVector(new byte[1000]);
    int set =
        SetRequest.createSetRequest(builder, 0, key, value, Encoding.TEXT, 2, 5000, 3, 77, true);
    accepted(Opcode.SET, finish(set));
  }

  @Test
  void aMissingKeyIsAnInvalidCommand() {
    MgetRequest.startMgetRequest(builder);
    MgetRequest.addStream(builder, true);
    ByteBuffer body = finish(builder.endTable());
    refused(Opcode.MGET, body, ErrorCode.INVALID_COMMAND, "MgetRequest.keys is missing");
    refused(Opcode.GET, emptyBody(), ErrorCode.INVALID_COMMAND, "GetRequest.key is missing");
    accepted(Opcode.QUIT, emptyBody());
  }

  @Test
  void anUnknownEnumValueIsUnsupportedInARequestAndIgnoredInAResponse() {
    int key = builder.createByteVector(new byte[] {1});
    ByteBuffer set = finish(SetRequest.createSetRequest(builder, 0, key, 0, 3, 0, 0, 0, 0, false));
    refused(Opcode.SET, set, ErrorCode.UNSUPPORTED, "SetRequest.encoding has the unknown value 3");

    builder.clear();
    GetResponse.startGetResponse(builder);
    GetResponse.addEncoding(builder, 200);
    ByteBuffer get = finish(GetResponse.endGetResponse(builder));
    assertThatCode(() -> verifier.verifyResponse(GetResponse.TABLE, get))
        .doesNotThrowAnyException();
  }

  @Test
  void anUnknownFieldIsUnsupportedInARequestAndIgnoredInAResponse() {
    int key = builder.createByteVector(new byte[] {1});
    builder.startTable(4);
    GetRequest.addKey(builder, key);
    builder.addInt(3, 1, 0);
    ByteBuffer body = finish(builder.endTable());
    refused(Opcode.GET, body, ErrorCode.UNSUPPORTED, "GetRequest has the unknown field 3");

    builder.clear();
    builder.startTable(9);
    builder.addLong(8, 1, 0);
    ByteBuffer response = finish(builder.endTable());
    assertThatCode(() -> verifier.verifyResponse(GetResponse.TABLE, response))
        .doesNotThrowAnyException();
  }

  @Test
  void aFieldOfOneByteUsesTheSmallestOffsetAndTheLastByteOfItsTable() {
    ByteBuffer body = bytes(8, 0, 0, 0, 6, 0, 5, 0, 6, 0, 0, 0);
    refusedAsMalformed(Opcode.QUIT, body);
    assertThat(GetResponse.TABLE).isPositive();
    // Root at 10, vtable of one field at 4, found at offset 4 of a table of 5 bytes.
    ByteBuffer exact = bytes(10, 0, 0, 0, 6, 0, 5, 0, 4, 0, 6, 0, 0, 0, 1);
    verifier.verifyResponse(GetResponse.TABLE, exact);
    assertThat(GetResponse.getRootAsGetResponse(exact).found()).isTrue();
    ByteBuffer outside = bytes(10, 0, 0, 0, 6, 0, 5, 0, 5, 0, 6, 0, 0, 0, 1);
    assertThatThrownBy(() -> verifier.verifyResponse(GetResponse.TABLE, outside))
        .hasMessageContaining("outside its table");
  }

  @Test
  void offsetsMayNotLeaveTheBodyInAnyDirection() {
    int key = builder.createByteVector(new byte[] {1, 2, 3, 4});
    ByteBuffer good = finish(GetRequest.createGetRequest(builder, 0, key));
    GetRequest get = GetRequest.getRootAsGetRequest(good);
    int root = good.position() + good.getInt(good.position());
    int vtable = root - good.getInt(root);
    int keyOffset = root + good.getShort(vtable + 4 + 2);
    int keyVector = get.keyStart() - 4;

    int[] wrong = {0, 1, 3, -1, -4, -100, good.remaining(), 1 << 30, Integer.MIN_VALUE};
    for (int value : wrong) {
      refusedAsMalformed(Opcode.GET, changed(good, good.position(), value));
      refusedAsMalformed(Opcode.GET, changed(good, keyOffset, value));
    }
    for (int value : new int[] {5, 6, 100, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      refusedAsMalformed(Opcode.GET, changed(good, keyVector, value));
    }
    for (int value : new int[] {-1000, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      refusedAsMalformed(Opcode.GET, changed(good, root, value));
    }
    accepted(Opcode.GET, good);
  }

  @Test
  void aMillionNamesForOneValueAreAnAttack() {
    int key = builder.createByteVector(new byte[64]);
    int one = Bytes.createBytes(builder, key);
    MgetRequest.startKeysVector(builder, 50);
    for (int i = 0; i < 50; i++) {
      builder.addOffset(one);
    }
    int keys = builder.endVector();
    ByteBuffer body = finish(MgetRequest.createMgetRequest(builder, 0, keys, false));
    refused(Opcode.MGET, body, ErrorCode.PROTOCOL_ERROR, "names more than it holds");
  }

  @Test
  void aLongSharedVtableIsNotReadForEveryTable() {
    // Each table of 8 bytes would cost 30,000 looks beyond the fields that are known.
    builder.startTable(30_000);
    builder.addByte(29_999, (byte) 1, 0);
    int[] operations = new int[3];
    for (int i = 0; i < operations.length; i++) {
      if (i > 0) {
        builder.startTable(30_000);
        builder.addByte(29_999, (byte) 1, 0);
      }
      operations[i] = builder.endTable();
    }
    int vector = BatchRequest.createOperationsVector(builder, operations);
    ByteBuffer body = finish(BatchRequest.createBatchRequest(builder, 0, vector));
    refused(Opcode.BATCH, body, ErrorCode.PROTOCOL_ERROR, "longer than their tables");
  }

  @Test
  void aHugeCountOfElementsIsRefusedWithoutCounting() {
    for (int count : new int[] {1 << 30, -1, Integer.MAX_VALUE, 0x4000_0001}) {
      // Root at 12: vtable with field 1 at 4, its offset leads to a vector right behind the table.
      ByteBuffer body =
          bytes(12, 0, 0, 0, 8, 0, 8, 0, 0, 0, 4, 0, 8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0);
      body.putInt(20, count);
      refusedAsMalformed(Opcode.MGET, body);
    }
  }

  @Test
  void stringsAreUtf8AndEndWithNul() {
    int name = builder.createString("default");
    ByteBuffer good = finish(UseRequest.createUseRequest(builder, 0, name));
    accepted(Opcode.USE, good);
    int first = indexOf(good, (byte) 'd');
    ByteBuffer notUtf8 = copy(good);
    notUtf8.put(first, (byte) 0xFF);
    refused(Opcode.USE, notUtf8, ErrorCode.PROTOCOL_ERROR, "not UTF-8");
    ByteBuffer noNul = copy(good);
    noNul.put(first + 7, (byte) 'x');
    refused(Opcode.USE, noNul, ErrorCode.PROTOCOL_ERROR, "end with NUL");
  }

  @Test
  void aBodyThatIsTooShortToBeAMessageIsRefused() {
    for (int length = 1; length < 12; length++) {
      refusedAsMalformed(Opcode.QUIT, ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  @Test
  void aWrongStructureGoesBeforeAWrongMeaning() {
    int key = builder.createByteVector(new byte[] {1});
    int operation =
        BatchOperation.createBatchOperation(builder, 99, key, 0, 0, 0, 0, 0, 0, 1, 0, 0, false);
    int[] operations = new int[10];
    Arrays.fill(operations, operation);
    int vector = BatchRequest.createOperationsVector(builder, operations);
    ByteBuffer body = finish(BatchRequest.createBatchRequest(builder, 0, vector));
    refused(Opcode.BATCH, body, ErrorCode.PROTOCOL_ERROR, "names more than it holds");
  }

  @Test
  void afterARefusalTheNextBodyIsJudgedByItself() {
    refused(Opcode.GET, emptyBody(), ErrorCode.INVALID_COMMAND, "missing");
    accepted(Opcode.QUIT, emptyBody());
  }

  private ByteBuffer finish(int root) {
    builder.finish(root);
    return builder.dataBuffer();
  }

  private void accepted(Opcode opcode, ByteBuffer body) {
    int position = body.position();
    int limit = body.limit();
    verifier.verifyRequest(opcode, body);
    assertThat(body.position()).isEqualTo(position);
    assertThat(body.limit()).isEqualTo(limit);
  }

  private void refusedAsMalformed(Opcode opcode, ByteBuffer body) {
    refused(opcode, body, ErrorCode.PROTOCOL_ERROR, "malformed message");
  }

  private void refused(Opcode opcode, ByteBuffer body, ErrorCode code, String message) {
    assertThatThrownBy(() -> verifier.verifyRequest(opcode, body))
        .hasMessageContaining(message)
        .isInstanceOfSatisfying(ProtocolException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static ByteBuffer emptyBody() {
    FrameDecoder decoder = FrameDecoder.ofRequests();
    return decoder.body(Unpooled.EMPTY_BUFFER);
  }

  private static ByteBuffer changed(ByteBuffer body, int at, int value) {
    ByteBuffer changed = copy(body);
    return changed.putInt(at - body.position(), value);
  }

  private static ByteBuffer copy(ByteBuffer body) {
    ByteBuffer copy = ByteBuffer.allocate(body.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    return copy.put(body.duplicate()).flip();
  }

  private static int indexOf(ByteBuffer body, byte wanted) {
    for (int i = body.position(); i < body.limit(); i++) {
      if (body.get(i) == wanted) {
        return i - body.position();
      }
    }
    throw new AssertionError("not there");
  }

  private static ByteBuffer bytes(int... bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int one : bytes) {
      buffer.put((byte) one);
    }
    return buffer.flip();
  }
}
