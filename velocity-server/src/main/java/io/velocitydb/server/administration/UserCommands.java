package io.velocitydb.server.administration;

import static io.velocitydb.server.administration.AccountMessages.bytes;
import static io.velocitydb.server.administration.AccountMessages.later;
import static io.velocitydb.server.administration.AccountMessages.scopes;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.UserCreateRequest;
import io.velocitydb.protocol.fbs.UserCreateResponse;
import io.velocitydb.protocol.fbs.UserDropRequest;
import io.velocitydb.protocol.fbs.UserGrantRequest;
import io.velocitydb.protocol.fbs.UserInfo;
import io.velocitydb.protocol.fbs.UserListResponse;
import io.velocitydb.protocol.fbs.UserPasswordRequest;
import io.velocitydb.protocol.fbs.UserRevokeRequest;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.limit.RateLimits;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.WorkPools.Pool;
import io.velocitydb.server.user.Principal;
import io.velocitydb.server.user.Scope;
import io.velocitydb.server.user.User;
import io.velocitydb.server.user.Users;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** USER_CREATE, USER_DROP, USER_LIST, USER_PASSWORD, USER_GRANT and USER_REVOKE. */
final class UserCommands {
  private static final Logger LOG = Logger.getLogger(UserCommands.class);

  private final Users users;

  UserCommands(Users users) {
    this.users = users;
  }

  void create(Exchange exchange) {
    UserCreateRequest request = UserCreateRequest.getRootAsUserCreateRequest(exchange.body());
    String name = request.name();
    exchange.administers(name);
    AdministrationCommands.requireUnrestricted(exchange);
    byte[] password = bytes(request.passwordAsByteBuffer());
    Optional<Role> role = Role.of(request.role());
    List<Scope> scopes = scopes(request.scopesLength(), request::scopes);
    long rateLimit = request.rateLimitPerSecond();
    if (rateLimit > RateLimits.PER_SECOND_MAX) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND,
          "a rate limit is at most " + RateLimits.PER_SECOND_MAX + " requests a second");
    }
    Principal actor = exchange.principal();
    later(
        exchange,
        Pool.PASSWORDS,
        (reply, _) -> {
          User user;
          try {
            user = users.create(name, password, role, scopes, (int) rateLimit, actor);
          } finally {
            Arrays.fill(password, (byte) 0);
          }
          LOG.infof("%s created the %s %s", actor.name(), user.role().label(), name);
          int table = reply.begin(UserCreateResponse.TABLE);
          reply.message().putByte(table, UserCreateResponse.ROLE, user.role().number());
          reply.end();
        });
  }

  void drop(Exchange exchange) {
    String name = UserDropRequest.getRootAsUserDropRequest(exchange.body()).name();
    exchange.administers(name);
    AdministrationCommands.requireUnrestricted(exchange);
    Principal actor = exchange.principal();
    later(
        exchange,
        Pool.ADMINISTRATION,
        (reply, _) -> {
          users.drop(name, actor);
          LOG.infof("%s dropped the user %s", actor.name(), name);
          reply.empty();
        });
  }

  void password(Exchange exchange) {
    UserPasswordRequest request = UserPasswordRequest.getRootAsUserPasswordRequest(exchange.body());
    Principal actor = exchange.principal();
    String name = request.name() == null ? actor.name() : request.name();
    exchange.administers(name);
    if (!name.equals(actor.name())) {
      AdministrationCommands.requireUnrestricted(exchange);
    }
    byte[] password = bytes(request.passwordAsByteBuffer());
    long keepMs = request.keepPreviousMs();
    if (keepMs < 0 || keepMs > Limits.MAX_TTL_MS) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "keep_previous_ms is at most 100 years");
    }
    later(
        exchange,
        Pool.PASSWORDS,
        (reply, _) -> {
          try {
            users.changePassword(name, password, keepMs, actor);
          } finally {
            Arrays.fill(password, (byte) 0);
          }
          LOG.infof("%s changed the password of %s", actor.name(), name);
          reply.empty();
        });
  }

  void grant(Exchange exchange) {
    UserGrantRequest request = UserGrantRequest.getRootAsUserGrantRequest(exchange.body());
    String name = request.name();
    exchange.administers(name);
    AdministrationCommands.requireUnrestricted(exchange);
    Optional<Role> role = Role.of(request.role());
    List<Scope> scopes = scopes(request.scopesLength(), request::scopes);
    Principal actor = exchange.principal();
    later(
        exchange,
        Pool.ADMINISTRATION,
        (reply, _) -> {
          users.grant(name, role, scopes, actor);
          LOG.infof("%s changed the rights of %s", actor.name(), name);
          reply.empty();
        });
  }

  void revoke(Exchange exchange) {
    UserRevokeRequest request = UserRevokeRequest.getRootAsUserRevokeRequest(exchange.body());
    String name = request.name();
    exchange.administers(name);
    AdministrationCommands.requireUnrestricted(exchange);
    List<Scope> scopes = scopes(request.scopesLength(), request::scopes);
    Principal actor = exchange.principal();
    later(
        exchange,
        Pool.ADMINISTRATION,
        (reply, _) -> {
          users.revoke(name, scopes, actor);
          LOG.infof("%s took rights from %s", actor.name(), name);
          reply.empty();
        });
  }

  void list(Exchange exchange) {
    AdministrationCommands.requireUnrestricted(exchange);
    later(
        exchange,
        Pool.ADMINISTRATION,
        (reply, _) -> {
          List<User> all = users.all();
          MessageWriter message = reply.message();
          int table = reply.begin(UserListResponse.TABLE);
          int vector = message.reserveTables(table, UserListResponse.USERS, all.size());
          for (int i = 0; i < all.size(); i++) {
            write(message, message.element(vector, i, UserInfo.TABLE), all.get(i));
          }
          reply.end();
        });
  }

  private static void write(MessageWriter message, int info, User user) {
    message.putString(info, UserInfo.NAME, user.name());
    message.putByte(info, UserInfo.ROLE, user.role().number());
    message.putLong(info, UserInfo.CREATED_MS, user.createdMs());
    message.putLong(info, UserInfo.PASSWORD_CHANGED_MS, user.passwordChangedMs());
    message.putLong(info, UserInfo.PREVIOUS_UNTIL_MS, user.previousUntilMs());
    message.putInt(info, UserInfo.RATE_LIMIT_PER_SECOND, user.rateLimitPerSecond());
    AccountMessages.put(message, info, UserInfo.SCOPES, user.scopes());
  }
}
