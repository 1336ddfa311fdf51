package io.velocitydb.server.user;

import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.StoredKeys;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.user.UserProblem.Kind;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The tokens of this server. All are kept in memory; each change is on stable storage in the {@code
 * system} database before it counts.
 *
 * <p>Nobody can do more with a token than its owner can do at that moment: when the owner loses
 * rights so does the token, and it goes when the owner is dropped. One that was made through the
 * administration socket has no owner and stands for itself.
 *
 * <p>Thread-safe. Changes take turns with those of {@link Users}, whose generation counts for both.
 */
public final class Tokens {
  /** How many there may be, expired ones included: all are in memory, and fit one list. */
  public static final int TOKENS_MAX = 2_000;

  private static final String TOKEN_KEY = "token/";

  private final RecordStore store;
  private final Users users;
  private final LongSupplier nowMs;
  private final SecureRandom random;

  /** Replaced as a whole, so that readers need no lock. */
  private volatile Map<String, ApiToken> byId;

  Tokens(RecordStore store, Users users, LongSupplier nowMs, SecureRandom random) {
    this.store = store;
    this.users = users;
    this.nowMs = nowMs;
    this.random = random;
    Map<String, ApiToken> stored = new HashMap<>();
    store.each(TOKEN_KEY, (id, record) -> stored.put(id, TokenRecord.decode(id, record)));
    byId = Map.copyOf(stored);
  }

  // ---- Asking ----

  /** All tokens by name. */
  public List<ApiToken> all() {
    return byId.values().stream().sorted(Comparator.comparing(ApiToken::name)).toList();
  }

  /** The token with this id. */
  public Optional<ApiToken> find(byte[] id) {
    return Optional.ofNullable(byId.get(Token.idText(id)));
  }

  /** Stands for a token that does not exist: the same each time, and no proof fits it. */
  public StoredKeys ofUnknown(byte[] id) {
    return users.ofUnknown(Principal.tokenName(Token.idText(id))).keys();
  }

  /**
   * Somebody who has just proved to have this token; empty when it was dropped meanwhile, has
   * expired, or its owner may do nothing that it may do.
   */
  public Optional<Principal> login(ApiToken token) {
    return asOfNow(token.id());
  }

  /** The same one as of now; empty as for {@link #login}. */
  Optional<Principal> refresh(Principal known) {
    return asOfNow(known.tokenId());
  }

  private Optional<Principal> asOfNow(String id) {
    // Read first: whatever changes behind it makes the next request ask again.
    long generation = users.generation();
    ApiToken token = byId.get(id);
    if (token == null || token.isExpired(nowMs.getAsLong())) {
      return Optional.empty();
    }
    if (!token.hasOwner()) {
      return Optional.of(principal(token, token.role(), token.scopes(), 0, generation));
    }
    return users
        .find(token.owner())
        .filter(owner -> owner.createdMs() == token.ownerCreatedMs())
        .flatMap(owner -> withinRightsOf(owner, token, generation));
  }

  private static Optional<Principal> withinRightsOf(User owner, ApiToken token, long generation) {
    List<Scope> scopes = Scope.intersection(token.scopes(), owner.scopes());
    boolean nothingInCommon =
        scopes.isEmpty() && !(token.scopes().isEmpty() && owner.scopes().isEmpty());
    return nothingInCommon
        ? Optional.empty()
        : lesser(token.role(), owner.role())
            .map(role -> principal(token, role, scopes, owner.rateLimitPerSecond(), generation));
  }

  private static Optional<Role> lesser(Role one, Role other) {
    if (other.includes(one)) {
      return Optional.of(one);
    }
    return one.includes(other) ? Optional.of(other) : Optional.empty();
  }

  private static Principal principal(
      ApiToken token, Role role, List<Scope> scopes, int rateLimitPerSecond, long generation) {
    return new Principal(
        Principal.tokenName(token.id()),
        role,
        scopes,
        token.createdMs(),
        rateLimitPerSecond,
        generation,
        token.id(),
        token.expiresMs());
  }

  // ---- Changing ----

  /**
   * A new token, with its secret.
   *
   * @param stored what the server keeps
   * @param token to be shown once
   */
  public record Created(ApiToken stored, Token token) {}

  /**
   * Makes a token. Its owner is whoever asks; who comes with a token makes one for that token's
   * owner, and none that outlives it.
   *
   * @param role empty: readwrite
   * @param expiresMs from when on it counts no more, in milliseconds since the Unix epoch; 0 for
   *     never
   * @throws UserProblem if it cannot be
   */
  public Created create(
      String name, Optional<Role> role, List<Scope> scopes, long expiresMs, Principal creator) {
    Users.checkName(name, "token");
    Users.checkScopes(scopes);
    Role given = role.orElse(Role.READWRITE);
    synchronized (users) {
      Principal actor = asOfNow(creator);
      Users.checkMayHandOut(actor, given);
      long now = nowMs.getAsLong();
      checkExpiry(expiresMs, now, actor);
      checkRoomFor(name);
      Token token = fresh();
      ClientKeys keys = ClientKeys.ofToken(token);
      StoredKeys stored = keys.stored();
      keys.wipe();
      ApiToken created =
          new ApiToken(
              Token.idText(token.id()),
              name,
              ownerOf(actor),
              ownerCreatedMsOf(actor),
              given,
              scopes,
              stored,
              now,
              expiresMs);
      store.put(TOKEN_KEY + created.id(), TokenRecord.encode(created));
      Map<String, ApiToken> changed = new HashMap<>(byId);
      changed.put(created.id(), created);
      publish(changed);
      return new Created(created, token);
    }
  }

  private Principal asOfNow(Principal creator) {
    return creator.isLocal()
        ? creator
        : users
            .refresh(creator)
            .orElseThrow(
                () -> new UserProblem(Kind.NOT_ALLOWED, creator.name() + " is not known any more"));
  }

  private String ownerOf(Principal actor) {
    if (actor.isLocal()) {
      return "";
    }
    return actor.isToken() ? existing(actor.tokenId()).owner() : actor.name();
  }

  private long ownerCreatedMsOf(Principal actor) {
    if (actor.isLocal()) {
      return 0;
    }
    return actor.isToken() ? existing(actor.tokenId()).ownerCreatedMs() : actor.createdMs();
  }

  private static void checkExpiry(long expiresMs, long now, Principal actor) {
    if (expiresMs != 0 && (expiresMs <= now || expiresMs - now > Limits.MAX_TTL_MS)) {
      throw new UserProblem(
          Kind.INVALID, "a token expires in the future, at most 100 years from now, or never");
    }
    boolean outlives = expiresMs == 0 || expiresMs > actor.expiresMs();
    if (actor.expiresMs() != 0 && outlives) {
      throw new UserProblem(
          Kind.NOT_ALLOWED,
          "who logged in with a token that expires cannot make one that lives longer; set an"
              + " earlier expiry, or log in as a user");
    }
  }

  private void checkRoomFor(String name) {
    if (byId.values().stream().anyMatch(token -> token.name().equals(name))) {
      throw new UserProblem(
          Kind.EXISTS, "the token " + name + " exists; choose another name, or drop it first");
    }
    if (byId.size() >= TOKENS_MAX) {
      throw new UserProblem(
          Kind.INVALID,
          "there are " + TOKENS_MAX + " tokens, and cannot be more; drop those that have expired");
    }
  }

  private Token fresh() {
    while (true) {
      byte[] id = new byte[Token.ID_LENGTH];
      byte[] secret = new byte[Token.SECRET_LENGTH];
      random.nextBytes(id);
      random.nextBytes(secret);
      if (find(id).isEmpty()) {
        return Token.of(id, secret);
      }
    }
  }

  /** Removes a token; its connections are refused from their next request on. */
  public ApiToken drop(byte[] id, Principal actor) {
    synchronized (users) {
      ApiToken token = existing(Token.idText(id));
      Users.checkMayHandOut(actor, token.role());
      store.delete(List.of(TOKEN_KEY + token.id()));
      Map<String, ApiToken> changed = new HashMap<>(byId);
      changed.remove(token.id());
      publish(changed);
      return token;
    }
  }

  private ApiToken existing(String id) {
    ApiToken token = byId.get(id);
    if (token == null) {
      throw new UserProblem(Kind.NOT_FOUND, "there is no token " + id);
    }
    return token;
  }

  /** The keys under which the tokens of a user are stored. Called by {@link Users}, in turn. */
  List<String> keysOfOwner(User owner) {
    List<String> keys = new ArrayList<>();
    byId.values().stream()
        .filter(token -> isOwnedBy(token, owner))
        .forEach(token -> keys.add(TOKEN_KEY + token.id()));
    return keys;
  }

  /** Those are gone from the store. Called by {@link Users}, in turn. */
  void forgetOwner(User owner) {
    Map<String, ApiToken> changed = new HashMap<>(byId);
    changed.values().removeIf(token -> isOwnedBy(token, owner));
    byId = Map.copyOf(changed);
  }

  private static boolean isOwnedBy(ApiToken token, User owner) {
    return token.owner().equals(owner.name()) && token.ownerCreatedMs() == owner.createdMs();
  }

  private void publish(Map<String, ApiToken> changed) {
    byId = Map.copyOf(changed);
    users.changed();
  }
}
