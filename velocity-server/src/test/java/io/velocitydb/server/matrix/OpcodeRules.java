package io.velocitydb.server.matrix;

import static io.velocitydb.server.wire.Frames.utf8;

import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.AppendRequest;
import io.velocitydb.protocol.fbs.BatchKind;
import io.velocitydb.protocol.fbs.BatchOperation;
import io.velocitydb.protocol.fbs.BatchRequest;
import io.velocitydb.protocol.fbs.Bytes;
import io.velocitydb.protocol.fbs.CompactRequest;
import io.velocitydb.protocol.fbs.CountRequest;
import io.velocitydb.protocol.fbs.DbCreateRequest;
import io.velocitydb.protocol.fbs.DbDropRequest;
import io.velocitydb.protocol.fbs.DbStatsRequest;
import io.velocitydb.protocol.fbs.DeleteRangeRequest;
import io.velocitydb.protocol.fbs.DeleteRequest;
import io.velocitydb.protocol.fbs.DrainRequest;
import io.velocitydb.protocol.fbs.ExistsRequest;
import io.velocitydb.protocol.fbs.ExpireRequest;
import io.velocitydb.protocol.fbs.Expiry;
import io.velocitydb.protocol.fbs.FlushRequest;
import io.velocitydb.protocol.fbs.GetRequest;
import io.velocitydb.protocol.fbs.HotkeysRequest;
import io.velocitydb.protocol.fbs.IncrRequest;
import io.velocitydb.protocol.fbs.MgetRequest;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.SetRequest;
import io.velocitydb.protocol.fbs.TokenCreateRequest;
import io.velocitydb.protocol.fbs.TokenDropRequest;
import io.velocitydb.protocol.fbs.TtlRequest;
import io.velocitydb.protocol.fbs.UseRequest;
import io.velocitydb.protocol.fbs.UserCreateRequest;
import io.velocitydb.protocol.fbs.UserDropRequest;
import io.velocitydb.protocol.fbs.UserGrantRequest;
import io.velocitydb.protocol.fbs.UserPasswordRequest;
import io.velocitydb.protocol.fbs.UserRevokeRequest;
import io.velocitydb.protocol.fbs.VerifyRequest;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.matrix.Matrix.Needs;
import io.velocitydb.server.matrix.Matrix.Place;
import io.velocitydb.server.matrix.Matrix.Reach;
import io.velocitydb.server.wire.Frames;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** The rule of every opcode, and a request to try it with. */
final class OpcodeRules {
  private static final String NOBODY = "nobody";

  /**
   * One rule.
   *
   * @param implemented whether the server has the command; without, it is refused as UNSUPPORTED
   *     where it would be allowed
   */
  record Rule(Needs needs, Reach reach, boolean implemented, Function<Place, byte[]> request) {}

  private final Map<Opcode, Rule> rules = new EnumMap<>(Opcode.class);

  private OpcodeRules() {}

  /** All but those of the handshake, which come before anybody is known. */
  static Map<Opcode, Rule> all() {
    OpcodeRules table = new OpcodeRules();
    table.session();
    table.data();
    table.databases();
    table.users();
    table.tokens();
    table.server();
    table.notYet();
    return table.rules;
  }

  private void session() {
    add(Opcode.PING, Needs.ANYBODY, Reach.NOTHING, _ -> Frames.ping("x"));
    empty(Opcode.QUIT, Needs.ANYBODY, Reach.NOTHING);
    text(Opcode.USE, Needs.ANYBODY, Reach.PART_OF_DATABASE, UseRequest.DATABASE, Place::database);
  }

  private void data() {
    key(Opcode.GET, Needs.READING, GetRequest.KEY);
    key(Opcode.TTL, Needs.READING, TtlRequest.KEY);
    key(Opcode.SET, Needs.WRITING, SetRequest.KEY);
    key(Opcode.DELETE, Needs.WRITING, DeleteRequest.KEY);
    key(Opcode.INCR, Needs.WRITING, IncrRequest.KEY);
    key(Opcode.APPEND, Needs.WRITING, AppendRequest.KEY);
    key(Opcode.SCAN, Needs.READING, ScanRequest.PREFIX);
    key(Opcode.COUNT, Needs.READING, CountRequest.PREFIX);
    key(Opcode.DELETE_RANGE, Needs.WRITING, DeleteRangeRequest.PREFIX);
    add(
        Opcode.EXPIRE,
        Needs.WRITING,
        Reach.KEYS,
        place ->
            Frames.of(
                Opcode.EXPIRE,
                (message, table) -> {
                  message.putBytes(table, ExpireRequest.KEY, utf8(place.key()));
                  message.putByte(table, ExpireRequest.EXPIRY, Expiry.IN);
                  message.putLong(table, ExpireRequest.EXPIRY_MS, 1_000);
                }));
    // One key inside does not help the others.
    keys(Opcode.MGET, MgetRequest.KEYS);
    keys(Opcode.EXISTS, ExistsRequest.KEYS);
    add(
        Opcode.BATCH,
        Needs.WRITING,
        Reach.KEYS,
        place ->
            Frames.of(
                Opcode.BATCH,
                (message, table) -> {
                  int vector = message.reserveTables(table, BatchRequest.OPERATIONS, 2);
                  for (int i = 0; i < 2; i++) {
                    int operation = message.element(vector, i, BatchOperation.TABLE);
                    message.putByte(operation, BatchOperation.KIND, BatchKind.SET);
                    message.putBytes(
                        operation,
                        BatchOperation.KEY,
                        utf8(i == 0 ? Place.INSIDE.key() : place.key()));
                  }
                }));
  }

  private void databases() {
    empty(Opcode.DB_LIST, Needs.OPERATING, Reach.NOTHING);
    database(Opcode.DB_CREATE, DbCreateRequest.NAME, Place::spareDatabase);
    database(Opcode.DB_DROP, DbDropRequest.NAME, Place::spareDatabase);
    database(Opcode.DB_STATS, DbStatsRequest.NAME, Place::database);
    database(Opcode.COMPACT, CompactRequest.DATABASE, Place::database);
    database(Opcode.FLUSH, FlushRequest.DATABASE, Place::database);
    database(Opcode.VERIFY, VerifyRequest.DATABASE, Place::database);
    database(Opcode.HOTKEYS, HotkeysRequest.DATABASE, Place::database);
  }

  private void users() {
    add(
        Opcode.USER_CREATE,
        Needs.OPERATING,
        Reach.SERVER,
        _ ->
            Frames.of(
                Opcode.USER_CREATE,
                (message, table) -> {
                  message.putString(table, UserCreateRequest.NAME, "somebody");
                  message.putBytes(table, UserCreateRequest.PASSWORD, utf8("secret"));
                  message.putByte(table, UserCreateRequest.ROLE, Role.OPERATOR.number());
                }));
    text(Opcode.USER_DROP, Needs.OPERATING, Reach.SERVER, UserDropRequest.NAME, _ -> NOBODY);
    text(Opcode.USER_GRANT, Needs.OPERATING, Reach.SERVER, UserGrantRequest.NAME, _ -> NOBODY);
    text(Opcode.USER_REVOKE, Needs.OPERATING, Reach.SERVER, UserRevokeRequest.NAME, _ -> NOBODY);
    add(
        Opcode.USER_PASSWORD,
        Needs.OPERATING,
        Reach.SERVER,
        _ ->
            Frames.of(
                Opcode.USER_PASSWORD,
                (message, table) -> {
                  message.putString(table, UserPasswordRequest.NAME, NOBODY);
                  message.putBytes(table, UserPasswordRequest.PASSWORD, utf8("secret"));
                }));
    empty(Opcode.USER_LIST, Needs.OPERATING, Reach.SERVER);
  }

  private void tokens() {
    add(
        Opcode.TOKEN_CREATE,
        Needs.OPERATING,
        Reach.SERVER,
        _ ->
            Frames.of(
                Opcode.TOKEN_CREATE,
                (message, table) -> {
                  message.putString(table, TokenCreateRequest.NAME, "something");
                  message.putByte(table, TokenCreateRequest.ROLE, Role.OPERATOR.number());
                }));
    add(
        Opcode.TOKEN_DROP,
        Needs.OPERATING,
        Reach.SERVER,
        _ ->
            Frames.of(
                Opcode.TOKEN_DROP,
                (message, table) ->
                    message.putBytes(table, TokenDropRequest.TOKEN_ID, new byte[Token.ID_LENGTH])));
    empty(Opcode.TOKEN_LIST, Needs.OPERATING, Reach.SERVER);
  }

  private void server() {
    empty(Opcode.STATS, Needs.OPERATING, Reach.NOTHING);
    empty(Opcode.SLOWLOG, Needs.OPERATING, Reach.SERVER);
    empty(Opcode.CONNECTIONS, Needs.OPERATING, Reach.SERVER);
    empty(Opcode.CONFIG_GET, Needs.OPERATING, Reach.SERVER);
    // For longer than may be, so that those who may ask for it do not get it.
    add(
        Opcode.DRAIN,
        Needs.OPERATING,
        Reach.SERVER,
        _ ->
            Frames.of(
                Opcode.DRAIN,
                (message, table) -> message.putLong(table, DrainRequest.GRACE_MS, Long.MAX_VALUE)));
  }

  /** Who writes such a command says here what it reaches. */
  private void notYet() {
    notYet(Opcode.DB_LIMIT, Needs.OPERATING);
    notYet(Opcode.BACKUP_START, Needs.OPERATING);
    notYet(Opcode.BACKUP_STATUS, Needs.OPERATING);
    notYet(Opcode.BACKUP_LIST, Needs.OPERATING);
    notYet(Opcode.BACKUP_VERIFY, Needs.OPERATING);
    notYet(Opcode.BACKUP_CANCEL, Needs.OPERATING);
    notYet(Opcode.RESTORE, Needs.EVERYTHING);
    notYet(Opcode.SNAPSHOT, Needs.OPERATING);
    notYet(Opcode.CONFIG_SET, Needs.EVERYTHING);
    notYet(Opcode.FINALIZE_FORMAT, Needs.OPERATING);
    notYet(Opcode.TOPOLOGY, Needs.ANYBODY);
    notYet(Opcode.WATCH, Needs.READING);
  }

  // ---- One rule ----

  private void add(Opcode opcode, Needs needs, Reach reach, Function<Place, byte[]> request) {
    rules.put(opcode, new Rule(needs, reach, true, request));
  }

  private void notYet(Opcode opcode, Needs needs) {
    rules.put(opcode, new Rule(needs, Reach.NOTHING, false, _ -> Frames.empty(opcode.number())));
  }

  private void empty(Opcode opcode, Needs needs, Reach reach) {
    add(opcode, needs, reach, _ -> Frames.empty(opcode.number()));
  }

  private void key(Opcode opcode, Needs needs, int field) {
    add(
        opcode,
        needs,
        Reach.KEYS,
        place ->
            Frames.of(
                opcode, (message, table) -> message.putBytes(table, field, utf8(place.key()))));
  }

  private void keys(Opcode opcode, int field) {
    add(
        opcode,
        Needs.READING,
        Reach.KEYS,
        place ->
            Frames.of(
                opcode,
                (message, table) -> {
                  int vector = message.reserveTables(table, field, 2);
                  message.putBytes(
                      message.element(vector, 0, Bytes.TABLE),
                      Bytes.DATA,
                      utf8(Place.INSIDE.key()));
                  message.putBytes(
                      message.element(vector, 1, Bytes.TABLE), Bytes.DATA, utf8(place.key()));
                }));
  }

  private void database(Opcode opcode, int field, Function<Place, String> name) {
    text(opcode, Needs.OPERATING, Reach.DATABASE, field, name);
  }

  private void text(
      Opcode opcode, Needs needs, Reach reach, int field, Function<Place, String> text) {
    add(
        opcode,
        needs,
        reach,
        place ->
            Frames.of(
                opcode, (message, table) -> message.putString(table, field, text.apply(place))));
  }
}
