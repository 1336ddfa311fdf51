package io.velocitydb.server.matrix;

import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.Scope;
import io.velocitydb.protocol.fbs.UserRevokeRequest;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.lifecycle.TestServer.ScopeOf;
import io.velocitydb.server.wire.Frames;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The users of a matrix, the places where each of them tries a command, and whether it may there.
 */
public final class Matrix {
  /** A database that nobody with scopes may use; they could when they selected it. */
  public static final String OTHER_DATABASE = "other";

  private static final String OWN_DATABASE = "default";
  private static final String OWN_PREFIX = "t1/";

  private Matrix() {}

  /** Which roles a command is for, as the documentation has it. */
  public enum Needs {
    ANYBODY(Role.READONLY, Role.READWRITE, Role.OPERATOR, Role.ADMIN),
    READING(Role.READONLY, Role.READWRITE, Role.ADMIN),
    WRITING(Role.READWRITE, Role.ADMIN),
    OPERATING(Role.OPERATOR, Role.ADMIN),
    EVERYTHING(Role.ADMIN);

    /** A bit for each. */
    private final int roles;

    Needs(Role... roles) {
      int bits = 0;
      for (Role role : roles) {
        bits |= 1 << role.ordinal();
      }
      this.roles = bits;
    }

    private boolean include(Role role) {
      return (roles & 1 << role.ordinal()) != 0;
    }
  }

  /** What of the data a command reaches. */
  public enum Reach {
    /** None of it. */
    NOTHING,
    /** Keys, or a range with a prefix. */
    KEYS,
    /** All of a database. */
    DATABASE,
    /** A database, of which scopes may hide a part. */
    PART_OF_DATABASE,
    /** The whole server. */
    SERVER
  }

  /** How narrow the scopes of a user are. */
  public enum Scoping {
    NONE,
    ONE_DATABASE,
    ONE_PREFIX
  }

  /** Where a command is tried. */
  public enum Place {
    INSIDE("t1/key", OWN_DATABASE, "ghost"),
    ANOTHER_PREFIX("t2/key", OWN_DATABASE, "ghost"),
    ANOTHER_DATABASE("t1/key", OTHER_DATABASE, "phantom");

    private final String key;
    private final String database;
    private final String spare;

    Place(String key, String database, String spare) {
      this.key = key;
      this.database = database;
      this.spare = spare;
    }

    /** A key there. */
    public String key() {
      return key;
    }

    /** The database. */
    public String database() {
      return database;
    }

    /** One that may come and go, with the same scopes. */
    public String spareDatabase() {
      return spare;
    }
  }

  /** A user; its password is its name. */
  public record Visitor(Role role, Scoping scoping) {

    public String name() {
      return role.label() + "-" + scoping.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Whether it may do that there. */
    public boolean may(Needs needs, Reach reach, Place place) {
      return needs.include(role) && reaches(reach, place);
    }

    private boolean reaches(Reach reach, Place place) {
      if (reach == Reach.NOTHING || scoping == Scoping.NONE) {
        return true;
      }
      boolean inDatabase = place != Place.ANOTHER_DATABASE;
      return switch (reach) {
        case NOTHING, PART_OF_DATABASE -> inDatabase;
        case KEYS -> inDatabase && (scoping == Scoping.ONE_DATABASE || place == Place.INSIDE);
        case DATABASE -> inDatabase && scoping == Scoping.ONE_DATABASE;
        case SERVER -> false;
      };
    }

    private Stream<ScopeOf> scopes() {
      return switch (scoping) {
        case NONE -> Stream.of();
        case ONE_DATABASE ->
            Stream.of(new ScopeOf(OWN_DATABASE, ""), new ScopeOf(Place.INSIDE.spare, ""));
        case ONE_PREFIX ->
            Stream.of(
                new ScopeOf(OWN_DATABASE, OWN_PREFIX), new ScopeOf(Place.INSIDE.spare, OWN_PREFIX));
      };
    }
  }

  /** Every role with every kind of scopes. */
  public static List<Visitor> visitors() {
    return Stream.of(Role.values())
        .flatMap(role -> Stream.of(Scoping.values()).map(scoping -> new Visitor(role, scoping)))
        .toList();
  }

  /** Makes databases and users; until {@link #narrow} all may use both databases. */
  public static void prepare(TestServer server) throws IOException {
    server.createDatabase(OTHER_DATABASE);
    for (Visitor visitor : visitors()) {
      Stream<ScopeOf> more =
          visitor.scoping == Scoping.NONE
              ? Stream.of()
              : Stream.of(new ScopeOf(OTHER_DATABASE, ""));
      server.createUser(
          visitor.name(),
          visitor.role,
          Stream.concat(visitor.scopes(), more).toArray(ScopeOf[]::new));
    }
  }

  /** Takes the other database from all who have scopes, also where it is selected already. */
  public static void narrow(TestServer server) throws IOException {
    for (Visitor visitor : visitors()) {
      if (visitor.scoping != Scoping.NONE) {
        server.administer(
            Frames.of(
                Opcode.USER_REVOKE,
                (message, table) -> {
                  message.putString(table, UserRevokeRequest.NAME, visitor.name());
                  int vector = message.reserveTables(table, UserRevokeRequest.SCOPES, 1);
                  int scope = message.element(vector, 0, Scope.TABLE);
                  message.putString(scope, Scope.DATABASE, OTHER_DATABASE);
                  message.putBytes(scope, Scope.PREFIX, new byte[0]);
                }));
      }
    }
  }
}
