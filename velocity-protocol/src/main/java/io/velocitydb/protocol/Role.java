package io.velocitydb.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A user's or token's role: the set of {@link Access} it has. */
public enum Role {
  /** Reads within its scopes. */
  READONLY(1),
  /** Reads and writes within its scopes. */
  READWRITE(2),
  /** Runs the server, reads no values. */
  OPERATOR(3),
  /** Everything. */
  ADMIN(4);

  private final int number;

  Role(int number) {
    this.number = number;
  }

  /** The number on the wire, {@code Role} of the schema; 0 there means "not said". */
  public int number() {
    return number;
  }

  /** Whether this role may send {@code opcode}, once authenticated. */
  public boolean may(Opcode opcode) {
    return has(opcode.access());
  }

  /** Whether this role has all that {@code other} has: only then may it hand {@code other} out. */
  public boolean includes(Role other) {
    return Arrays.stream(Access.values()).allMatch(access -> has(access) || !other.has(access));
  }

  private boolean has(Access access) {
    return switch (access) {
      case HANDSHAKE -> false;
      case SESSION -> true;
      case READ -> this != OPERATOR;
      case WRITE -> this == READWRITE || this == ADMIN;
      case OPERATE -> this == OPERATOR || this == ADMIN;
      case ADMIN -> this == ADMIN;
    };
  }

  /** The name for people and commands: {@code admin}, {@code readonly}, ... */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that number on the wire; empty for 0 and for numbers not known. */
  public static Optional<Role> of(int number) {
    return Arrays.stream(values()).filter(role -> role.number == number).findFirst();
  }

  /** The role with that {@link #label}. */
  public static Optional<Role> named(String label) {
    return Arrays.stream(values()).filter(role -> role.label().equals(label)).findFirst();
  }
}
