package io.velocitydb.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.fbs.ErrorResponse;
import io.velocitydb.protocol.vectors.GeneratedMessages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What the verifier lets through is read from its own bytes alone, every message of them. */
final class MessageFuzz {
  private static final int AROUND = 64;
  private static final Opcode[] OPCODES = Opcode.values();

  /** First a byte that says which message it is, then its body. */
  @FuzzTest
  void aMessageIsRefusedOrReadFromItsOwnBytesAlone(byte[] data) {
    if (data.length == 0) {
      return;
    }
    assertThat(outcome(data, (byte) 0)).isEqualTo(outcome(data, (byte) 0xFF));
  }

  private static String outcome(byte[] data, byte around) {
    byte[] memory = new byte[data.length - 1 + 2 * AROUND];
    Arrays.fill(memory, around);
    System.arraycopy(data, 1, memory, AROUND, data.length - 1);
    ByteBuffer body =
        ByteBuffer.wrap(memory)
            .order(ByteOrder.LITTLE_ENDIAN)
            .position(AROUND)
            .limit(memory.length - AROUND);
    int which = data[0] & 0xFF;
    Opcode opcode = OPCODES[which / 2 % OPCODES.length];
    Verifier verifier = new Verifier();
    try {
      int type;
      if (which == 0xFF) {
        type = ErrorResponse.TABLE;
        verifier.verifyResponse(type, body);
      } else if (which % 2 == 0) {
        type = opcode.requestTable();
        verifier.verifyRequest(opcode, body);
      } else {
        type = opcode.responseTable();
        verifier.verifyResponse(type, body);
      }
      return GeneratedMessages.read(type, body).toString();
    } catch (ProtocolException refused) {
      return "refused: " + refused.code() + " " + refused.getMessage();
    }
  }
}
