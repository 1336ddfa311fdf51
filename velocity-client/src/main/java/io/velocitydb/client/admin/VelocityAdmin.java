package io.velocitydb.client.admin;

import io.velocitydb.client.connection.Lane;
import io.velocitydb.client.connection.Waiting;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.CallOptions;
import io.velocitydb.protocol.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The commands for administrators, each waiting for its reply, over a connection of their own.
 *
 * <p>Thread safe. Errors are {@link io.velocitydb.client.error.VelocityException}s, first of all
 * {@link io.velocitydb.client.error.PermissionDeniedException}. Commands that go through all data
 * wait an hour, the others as long as the client's requests; {@link #timeout} sets both.
 */
public final class VelocityAdmin {

  private static final Duration LONG = Duration.ofHours(1);

  private final Supplier<Lane> lane;
  private final CallOptions quick;
  private final CallOptions slow;

  /** For {@code VelocityClient.admin()}. */
  public VelocityAdmin(Supplier<Lane> lane) {
    this(lane, CallOptions.NONE, CallOptions.NONE.timeout(LONG));
  }

  private VelocityAdmin(Supplier<Lane> lane, CallOptions quick, CallOptions slow) {
    this.lane = lane;
    this.quick = quick;
    this.slow = slow;
  }

  /**
   * The same commands, waiting that long for every reply.
   *
   * @throws IllegalArgumentException if shorter than 1 ms or longer than 24 days
   */
  public VelocityAdmin timeout(Duration timeout) {
    CallOptions options = CallOptions.NONE.timeout(timeout);
    return new VelocityAdmin(lane, options, options);
  }

  // ---- Server

  /** The state of the server. */
  public ServerStats stats() {
    return send(ServerCalls.stats(quick));
  }

  /** The connections open now, as many as fit an answer. */
  public List<ConnectionInfo> connections() {
    return send(ServerCalls.connections(0, quick));
  }

  /** The whole configuration in force. */
  public List<Setting> settings() {
    return send(ServerCalls.settings(Optional.empty(), quick));
  }

  /**
   * Part of the configuration in force.
   *
   * @param key a key or a section of it
   * @throws io.velocitydb.client.error.NotFoundException if there is none of that name
   */
  public List<Setting> settings(String key) {
    return send(ServerCalls.settings(Optional.of(key), quick));
  }

  /**
   * The latest requests that took the server long, the last one first.
   *
   * @param limit at most so many; 0 is all that it keeps
   * @throws IllegalArgumentException if the limit is negative
   */
  public List<SlowOperation> slowLog(int limit) {
    return send(ObservationCalls.slowLog(notNegative(limit), false, quick));
  }

  /** The same, all of them; then the server forgets them. */
  public List<SlowOperation> resetSlowLog() {
    return send(ObservationCalls.slowLog(0, true, quick));
  }

  /**
   * The keys of a database that are read and written most, the hottest first.
   *
   * @param limit at most so many; 0 is 20, and there are never more than 500
   * @throws io.velocitydb.client.error.DatabaseNotFoundException if there is none of that name
   * @throws IllegalArgumentException if the limit is negative
   */
  public List<HotKey> hotKeys(String database, int limit) {
    return send(ObservationCalls.hotKeys(database, notNegative(limit), quick));
  }

  private static int notNegative(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("a limit is not negative: " + limit);
    }
    return limit;
  }

  /**
   * Asks the clients to leave, as before a shutdown.
   *
   * @param grace how long they may take; zero is the default of the server
   * @return how many connections were open
   */
  public long drain(Duration grace) {
    return send(ServerCalls.drain(grace, quick));
  }

  // ---- Databases

  /**
   * Creates a database.
   *
   * @throws io.velocitydb.client.error.DatabaseExistsException if there is one of that name
   */
  public void createDatabase(String name) {
    createDatabase(name, 0);
  }

  /**
   * Creates a database.
   *
   * @param maxDiskBytes its limit; 0 is the default of the server
   * @throws io.velocitydb.client.error.DatabaseExistsException if there is one of that name
   */
  public void createDatabase(String name, long maxDiskBytes) {
    send(DatabaseCalls.create(name, maxDiskBytes, quick));
  }

  /**
   * Deletes a database with all its data.
   *
   * @throws io.velocitydb.client.error.DatabaseNotFoundException if there is none of that name
   */
  public void dropDatabase(String name) {
    send(DatabaseCalls.drop(name, quick));
  }

  /** The databases. */
  public List<DatabaseInfo> databases() {
    return send(DatabaseCalls.list(quick));
  }

  /**
   * The inside of a database.
   *
   * @throws io.velocitydb.client.error.DatabaseNotFoundException if there is none of that name
   */
  public DatabaseStats databaseStats(String name) {
    return send(DatabaseCalls.stats(name, quick));
  }

  /**
   * Sets the limit of a database.
   *
   * @param maxDiskBytes 0 is no limit
   */
  public void limitDatabase(String name, long maxDiskBytes) {
    send(DatabaseCalls.limit(name, maxDiskBytes, quick));
  }

  /** Reads every byte of a database and checks it. */
  public VerifyReport verify(String database) {
    return send(DatabaseCalls.verify(database, slow));
  }

  /** Merges all tables of a database now. */
  public CompactReport compact(String database) {
    return send(DatabaseCalls.compact(database, slow));
  }

  /** Writes what a database has in memory into tables now. */
  public FlushReport flush(String database) {
    return send(DatabaseCalls.flush(database, slow));
  }

  // ---- Users

  /**
   * Creates a user with the role that the server chooses: the first is an admin, later ones may
   * read and write.
   *
   * @return the role
   * @throws io.velocitydb.client.error.AlreadyExistsException if there is one of that name
   */
  public Role createUser(String name, String password) {
    return send(UserCalls.create(name, password, Optional.empty(), List.of(), quick));
  }

  /**
   * Creates a user.
   *
   * @param scopes what the user may touch; empty is everything
   * @return the role
   * @throws io.velocitydb.client.error.AlreadyExistsException if there is one of that name
   */
  public Role createUser(String name, String password, Role role, List<Scope> scopes) {
    return send(UserCalls.create(name, password, Optional.of(role), scopes, quick));
  }

  /**
   * Deletes a user.
   *
   * @throws io.velocitydb.client.error.NotFoundException if there is none of that name
   */
  public void dropUser(String name) {
    send(UserCalls.drop(name, quick));
  }

  /** The users. */
  public List<User> users() {
    return send(UserCalls.list(quick));
  }

  /**
   * Sets the password of a user.
   *
   * @param keepPrevious how long the previous one works too; zero if not at all
   * @throws io.velocitydb.client.error.NotFoundException if there is none of that name
   */
  public void setPassword(String name, String password, Duration keepPrevious) {
    send(UserCalls.password(name, password, keepPrevious, quick));
  }

  /** Gives a user another role, and scopes, which are added to those the user has. */
  public void grant(String name, Role role, List<Scope> scopes) {
    send(UserCalls.grant(name, Optional.of(role), scopes, quick));
  }

  /** Gives a user scopes, which are added to those the user has. */
  public void grant(String name, List<Scope> scopes) {
    send(UserCalls.grant(name, Optional.empty(), scopes, quick));
  }

  /** Takes scopes away from a user. */
  public void revoke(String name, List<Scope> scopes) {
    send(UserCalls.revoke(name, scopes, quick));
  }

  // ---- Tokens

  /**
   * Makes a token with which a program logs in. Its owner is the user of this client: nobody can do
   * more with it than that user can do at that moment.
   *
   * @param name for people; no two tokens have the same
   * @param scopes what its holder may touch; empty is everything
   * @return the token, which is told this once
   * @throws io.velocitydb.client.error.AlreadyExistsException if there is one of that name
   */
  public NewToken createToken(String name, Role role, List<Scope> scopes) {
    return send(TokenCalls.create(name, Optional.of(role), scopes, Optional.empty(), quick));
  }

  /**
   * Makes a token that expires.
   *
   * @param expires from when on it counts no more: in the future, at most 100 years from now
   */
  public NewToken createToken(String name, Role role, List<Scope> scopes, Instant expires) {
    return send(TokenCalls.create(name, Optional.of(role), scopes, Optional.of(expires), quick));
  }

  /**
   * Removes a token; who came in with it is out from the next request on.
   *
   * @param id eleven characters, as {@link ApiToken} has it
   * @throws io.velocitydb.client.error.NotFoundException if there is none with that id
   * @throws IllegalArgumentException if it is not of that form
   */
  public void dropToken(String id) {
    send(TokenCalls.drop(id, quick));
  }

  /** The tokens, expired ones too, without their secrets. */
  public List<ApiToken> tokens() {
    return send(TokenCalls.list(quick));
  }

  private <R> R send(Call<R> call) {
    return Waiting.await(lane.get().send(call, true));
  }
}
