package io.velocitydb.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.protocol.Consistency;
import io.velocitydb.protocol.Durability;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import org.junit.jupiter.api.Test;

class FlagsTest {
  @Test
  void aReadSaysHowFreshAndAWriteHowSafe() {
    for (Consistency consistency : Consistency.values()) {
      int flags = Flags.of(consistency);
      assertThatCode(() -> Flags.checkRequest(Opcode.GET, flags)).doesNotThrowAnyException();
      assertThat(Flags.consistency(flags)).isEqualTo(consistency);
    }
    for (Durability durability : Durability.values()) {
      int flags = Flags.of(durability);
      assertThatCode(() -> Flags.checkRequest(Opcode.SET, flags)).doesNotThrowAnyException();
      assertThat(Flags.durability(flags)).isEqualTo(durability);
    }
  }

  @Test
  void consistencyOfAWriteAndDurabilityOfAReadAreInvalid() {
    refused(Opcode.SET, 0b01, ErrorCode.INVALID_COMMAND);
    refused(Opcode.GET, 0b0100, ErrorCode.INVALID_COMMAND);
    refused(Opcode.PING, 0b01, ErrorCode.INVALID_COMMAND);
    refused(Opcode.STATS, 0b0100, ErrorCode.INVALID_COMMAND);
  }

  @Test
  void valuesThatDoNotExistAreInvalid() {
    refused(Opcode.GET, 0b11, ErrorCode.INVALID_COMMAND);
    refused(Opcode.SET, 0b1100, ErrorCode.INVALID_COMMAND);
  }

  private static void refused(Opcode opcode, int flags, ErrorCode code) {
    assertThatThrownBy(() -> Flags.checkRequest(opcode, flags))
        .isInstanceOfSatisfying(ProtocolException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
