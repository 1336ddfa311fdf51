package io.velocitydb.server.user;

import io.velocitydb.engine.Database;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.scram.Argon2Parameters;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.Password;
import io.velocitydb.protocol.scram.PasswordRecord;
import io.velocitydb.protocol.scram.Token;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The users of this server. All are kept in memory; each change is on stable storage in the {@code
 * system} database before it counts. Thread-safe; changes of passwords take tens of milliseconds.
 */
public final class Users {
  private static final int NAME_BYTES_MAX = 128;
  private static final int SCOPES_MAX = 1_000;
  private static final int SECRET_BYTES = 32;
  private static final String USER_KEY = "user/";
  private static final String SECRET_KEY = "server/secret";
  private static final String CLUSTER_ID_KEY = "server/cluster-id";

  private final RecordStore store;
  private final LongSupplier nowMs;
  private final SecureRandom random;
  private final byte[] secret;
  private final String clusterId;
  private final Tokens tokens;

  /** Replaced as a whole, so that readers need no lock. */
  private volatile Snapshot users;

  private record Snapshot(Map<String, User> byName, long generation) {}

  private Users(Database system, LongSupplier nowMs, SecureRandom random) {
    store = new RecordStore(system);
    this.nowMs = nowMs;
    this.random = random;
    secret = readOrCreate(SECRET_KEY, randomBytes(SECRET_BYTES));
    clusterId =
        new String(
            readOrCreate(
                CLUSTER_ID_KEY, UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8)),
            StandardCharsets.UTF_8);
    users = new Snapshot(readAll(), 1);
    tokens = new Tokens(store, this, nowMs, random);
  }

  /**
   * Reads the users of a server.
   *
   * @param system the database they are kept in
   * @param nowMs milliseconds since the Unix epoch
   */
  public static Users open(Database system, LongSupplier nowMs) {
    return new Users(system, nowMs, new SecureRandom());
  }

  private Map<String, User> readAll() {
    Map<String, User> byName = new TreeMap<>();
    store.each(USER_KEY, (name, record) -> byName.put(name, UserRecord.decode(name, record)));
    return Map.copyOf(byName);
  }

  private byte[] readOrCreate(String key, byte[] fresh) {
    return store
        .get(key)
        .orElseGet(
            () -> {
              store.put(key, fresh);
              return fresh;
            });
  }

  // ---- Asking ----

  /** What lets programs in instead of users. */
  public Tokens tokens() {
    return tokens;
  }

  /** Changes whenever anything about any user or token does. */
  public long generation() {
    return users.generation;
  }

  /** Names this server and those it is replicated to; never changes. */
  public String clusterId() {
    return clusterId;
  }

  /** Whether there is none: then only the administration socket lets anybody in. */
  public boolean isEmpty() {
    return users.byName.isEmpty();
  }

  /** All users by name. */
  public List<User> all() {
    return new TreeMap<>(users.byName).values().stream().toList();
  }

  /** The user of this name. */
  public Optional<User> find(String name) {
    return Optional.ofNullable(users.byName.get(name));
  }

  /** Somebody who has just proved to be this user; empty when it was dropped meanwhile. */
  public Optional<Principal> login(User user) {
    return refresh(user.principal(0));
  }

  /** Whether role and scopes of {@code known} are those of now, and a token has not expired. */
  public boolean isCurrent(Principal known) {
    return known.isLocal()
        || (known.generation() == users.generation
            && (known.expiresMs() == 0 || nowMs.getAsLong() < known.expiresMs()));
  }

  /** The same one as of now; empty when that user or token is gone. */
  public Optional<Principal> refresh(Principal known) {
    if (known.isToken()) {
      return tokens.refresh(known);
    }
    Snapshot now = users;
    return Optional.ofNullable(now.byName.get(known.name()))
        .filter(user -> user.createdMs() == known.createdMs())
        .map(user -> user.principal(now.generation));
  }

  /** Stands for a user who does not exist: the same each time, and no proof fits it. */
  public PasswordRecord ofUnknown(String name) {
    List<Argon2Parameters> inUse =
        users.byName.values().stream()
            .map(user -> user.password().parameters())
            .distinct()
            .sorted((a, b) -> a.toString().compareTo(b.toString()))
            .toList();
    return PasswordRecord.ofUnknownUser(
        secret, name, inUse.isEmpty() ? List.of(Argon2Parameters.DEFAULT) : inUse);
  }

  // ---- Changing ----

  /**
   * Creates a user. Takes the time of Argon2id.
   *
   * @param password as UTF-8
   * @param role empty: an admin if there is no user yet, else readwrite
   * @param creator who asks
   * @return the new user
   * @throws UserProblem if it cannot be
   */
  public User create(
      String name,
      byte[] password,
      Optional<Role> role,
      List<Scope> scopes,
      int rateLimitPerSecond,
      Principal creator) {
    checkName(name, "user");
    checkScopes(scopes);
    PasswordRecord derived = derive(password, randomBytes(ClientKeys.SALT_LENGTH));
    synchronized (this) {
      if (users.byName.containsKey(name)) {
        throw new UserProblem(
            UserProblem.Kind.EXISTS,
            "the user " + name + " exists; choose another name, or set a new password for it");
      }
      Role given = role.orElse(isEmpty() ? Role.ADMIN : Role.READWRITE);
      checkMayHandOut(creator, given);
      long now = nowMs.getAsLong();
      User user =
          new User(name, given, scopes, derived, Optional.empty(), 0, now, now, rateLimitPerSecond);
      store(user);
      return user;
    }
  }

  /** Removes a user and its tokens; their connections are refused from their next request on. */
  public synchronized void drop(String name, Principal actor) {
    User user = existing(name);
    checkMayHandOut(actor, user.role());
    List<String> keys = tokens.keysOfOwner(user);
    keys.add(USER_KEY + name);
    store.delete(keys);
    tokens.forgetOwner(user);
    Map<String, User> changed = new TreeMap<>(users.byName);
    changed.remove(name);
    publish(changed);
  }

  /**
   * Sets a password. Takes the time of Argon2id.
   *
   * @param keepPreviousMs how long the one before still counts, in milliseconds; 0 for not at all
   */
  public void changePassword(String name, byte[] password, long keepPreviousMs, Principal actor) {
    User before = existing(name);
    boolean keep = keepPreviousMs > 0;
    PasswordRecord derived =
        derive(password, keep ? before.password().salt() : randomBytes(ClientKeys.SALT_LENGTH));
    synchronized (this) {
      User user = existing(name);
      if (!actor.name().equals(name)) {
        checkMayHandOut(actor, user.role());
      }
      if (keep && !Arrays.equals(user.password().salt(), derived.salt())) {
        throw new UserProblem(
            UserProblem.Kind.INVALID,
            "the password of " + name + " was changed by another at the same time; try again");
      }
      long now = nowMs.getAsLong();
      store(
          user.withPassword(
              derived,
              keep ? Optional.of(user.password()) : Optional.empty(),
              keep ? now + keepPreviousMs : 0,
              now));
    }
  }

  /** Sets the role, if given, and adds scopes. */
  public synchronized void grant(
      String name, Optional<Role> role, Collection<Scope> scopes, Principal actor) {
    User user = existing(name);
    checkMayHandOut(actor, user.role());
    role.ifPresent(given -> checkMayHandOut(actor, given));
    List<Scope> all = new ArrayList<>(user.scopes());
    scopes.stream().filter(scope -> !all.contains(scope)).forEach(all::add);
    checkScopes(all);
    store(user.withRights(role.orElse(user.role()), all));
  }

  /**
   * Takes scopes away.
   *
   * @throws UserProblem also if that were the last: without any, a user may touch everything
   */
  public synchronized void revoke(String name, Collection<Scope> scopes, Principal actor) {
    User user = existing(name);
    checkMayHandOut(actor, user.role());
    List<Scope> left = new ArrayList<>(user.scopes());
    for (Scope scope : scopes) {
      if (!left.remove(scope)) {
        throw new UserProblem(
            UserProblem.Kind.NOT_FOUND, "the user " + name + " has no such scope");
      }
    }
    if (left.isEmpty() && !user.scopes().isEmpty()) {
      throw new UserProblem(
          UserProblem.Kind.INVALID,
          "without any scope " + name + " could touch everything; grant another first, or drop it");
    }
    store(user.withRights(user.role(), left));
  }

  private User existing(String name) {
    return find(name)
        .orElseThrow(() -> new UserProblem(UserProblem.Kind.NOT_FOUND, "there is no user " + name));
  }

  static void checkMayHandOut(Principal actor, Role role) {
    if (!actor.role().includes(role)) {
      throw new UserProblem(
          UserProblem.Kind.NOT_ALLOWED,
          "the role " + actor.role().label() + " does not allow to manage a " + role.label());
    }
  }

  static void checkName(String name, String what) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0
        || bytes > NAME_BYTES_MAX
        || name.codePoints()
            .anyMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c))) {
      throw new UserProblem(
          UserProblem.Kind.INVALID,
          "a "
              + what
              + " name has 1 to "
              + NAME_BYTES_MAX
              + " bytes, without blanks and control characters");
    }
  }

  static void checkScopes(List<Scope> scopes) {
    if (scopes.size() > SCOPES_MAX) {
      throw new UserProblem(
          UserProblem.Kind.INVALID, "a user or token has at most " + SCOPES_MAX + " scopes");
    }
    for (Scope scope : scopes) {
      if (scope.prefix().length > Database.MAX_KEY_BYTES
          || scope.database().length() > NAME_BYTES_MAX) {
        throw new UserProblem(
            UserProblem.Kind.INVALID, "a scope's database or prefix is longer than one can be");
      }
    }
  }

  private PasswordRecord derive(byte[] password, byte[] salt) {
    byte[] prepared;
    try {
      prepared = Password.prepare(password);
    } catch (IllegalArgumentException e) {
      throw new UserProblem(UserProblem.Kind.INVALID, String.valueOf(e.getMessage()));
    }
    if (Token.read(prepared).isPresent()) {
      Arrays.fill(prepared, (byte) 0);
      throw new UserProblem(
          UserProblem.Kind.INVALID,
          "a password cannot have the form of a token (vdb_ and 54 characters), as it would be"
              + " taken for one");
    }
    try {
      return PasswordRecord.derive(prepared, salt, Argon2Parameters.DEFAULT);
    } finally {
      Arrays.fill(prepared, (byte) 0);
    }
  }

  private void store(User user) {
    store.put(USER_KEY + user.name(), UserRecord.encode(user));
    Map<String, User> changed = new TreeMap<>(users.byName);
    changed.put(user.name(), user);
    publish(changed);
  }

  private void publish(Map<String, User> changed) {
    users = new Snapshot(Map.copyOf(changed), users.generation + 1);
  }

  /** Something about a token did: everybody's rights are looked up anew. */
  synchronized void changed() {
    users = new Snapshot(users.byName, users.generation + 1);
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
