package io.velocitydb.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RoleTest {
  private static final Set<Opcode> READS =
      EnumSet.of(
          Opcode.GET,
          Opcode.TTL,
          Opcode.EXISTS,
          Opcode.MGET,
          Opcode.SCAN,
          Opcode.COUNT,
          Opcode.WATCH);
  private static final Set<Opcode> WRITES =
      EnumSet.of(
          Opcode.SET,
          Opcode.DELETE,
          Opcode.INCR,
          Opcode.EXPIRE,
          Opcode.APPEND,
          Opcode.BATCH,
          Opcode.DELETE_RANGE);
  private static final Set<Opcode> SESSION =
      EnumSet.of(Opcode.PING, Opcode.USE, Opcode.QUIT, Opcode.TOPOLOGY);
  private static final Set<Opcode> ADMIN_ONLY = EnumSet.of(Opcode.RESTORE, Opcode.CONFIG_SET);
  private static final Set<Opcode> HANDSHAKE = EnumSet.of(Opcode.HELLO, Opcode.AUTH);

  @Test
  void aReaderReadsAndNothingElse() {
    assertThat(allowed(Role.READONLY)).isEqualTo(union(READS, SESSION));
  }

  @Test
  void aWriterAlsoWrites() {
    assertThat(allowed(Role.READWRITE)).isEqualTo(union(union(READS, WRITES), SESSION));
  }

  @Test
  void anOperatorSeesNoValuesAndCannotRestoreOrReconfigure() {
    Set<Opcode> all = EnumSet.allOf(Opcode.class);
    all.removeAll(READS);
    all.removeAll(WRITES);
    all.removeAll(ADMIN_ONLY);
    all.removeAll(HANDSHAKE);
    assertThat(allowed(Role.OPERATOR)).isEqualTo(all);
  }

  @Test
  void anAdminMayEverythingButTheHandshakeAgain() {
    assertThat(allowed(Role.ADMIN)).isEqualTo(EnumSet.complementOf(EnumSet.copyOf(HANDSHAKE)));
  }

  @Test
  void noRoleHandsOutMoreThanItHas() {
    assertThat(Role.OPERATOR.includes(Role.ADMIN)).isFalse();
    assertThat(Role.OPERATOR.includes(Role.READONLY)).isFalse();
    assertThat(Role.READWRITE.includes(Role.READONLY)).isTrue();
    assertThat(Arrays.stream(Role.values()).allMatch(Role.ADMIN::includes)).isTrue();
  }

  private static Set<Opcode> allowed(Role role) {
    return Arrays.stream(Opcode.values())
        .filter(role::may)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Opcode.class)));
  }

  private static Set<Opcode> union(Set<Opcode> left, Set<Opcode> right) {
    Set<Opcode> union = EnumSet.copyOf(left);
    union.addAll(right);
    return union;
  }
}
