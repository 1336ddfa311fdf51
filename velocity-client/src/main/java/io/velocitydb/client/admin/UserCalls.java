package io.velocitydb.client.admin;

import static io.velocitydb.client.admin.Texts.text;
import static io.velocitydb.client.message.Messages.call;
import static io.velocitydb.client.message.Messages.meta;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.CallOptions;
import io.velocitydb.client.message.Messages;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.UserCreateRequest;
import io.velocitydb.protocol.fbs.UserCreateResponse;
import io.velocitydb.protocol.fbs.UserDropRequest;
import io.velocitydb.protocol.fbs.UserGrantRequest;
import io.velocitydb.protocol.fbs.UserInfo;
import io.velocitydb.protocol.fbs.UserListRequest;
import io.velocitydb.protocol.fbs.UserListResponse;
import io.velocitydb.protocol.fbs.UserPasswordRequest;
import io.velocitydb.protocol.fbs.UserRevokeRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes and reads the messages about users. */
final class UserCalls {

  private UserCalls() {}

  static Call<Role> create(
      String name, String password, Optional<Role> role, List<Scope> scopes, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(256);
    int nameAt = builder.createString(name);
    int passwordAt = builder.createByteVector(password.getBytes(UTF_8));
    int scopesAt = UserCreateRequest.createScopesVector(builder, Scopes.write(builder, scopes));
    int root =
        UserCreateRequest.createUserCreateRequest(
            builder, meta(builder, options), nameAt, passwordAt, number(role), scopesAt, 0);
    return call(
        Opcode.USER_CREATE,
        options,
        builder,
        root,
        body ->
            Role.of(UserCreateResponse.getRootAsUserCreateResponse(body).role())
                .orElseThrow(
                    () -> new IllegalArgumentException("an answer about a user without a role")));
  }

  static Call<Boolean> drop(String name, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(name.length());
    int nameAt = builder.createString(name);
    int root = UserDropRequest.createUserDropRequest(builder, meta(builder, options), nameAt);
    return call(Opcode.USER_DROP, options, builder, root, body -> true);
  }

  static Call<List<User>> list(CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(0);
    int root = UserListRequest.createUserListRequest(builder, meta(builder, options));
    return call(
        Opcode.USER_LIST,
        options,
        builder,
        root,
        body -> {
          UserListResponse response = UserListResponse.getRootAsUserListResponse(body);
          List<User> users = new ArrayList<>();
          for (int i = 0; i < response.usersLength(); i++) {
            users.add(user(response.users(i)));
          }
          return List.copyOf(users);
        });
  }

  private static User user(UserInfo info) {
    return new User(
        text(info.name()),
        Role.of(info.role()),
        Scopes.read(info.scopesLength(), info::scopes),
        Instant.ofEpochMilli(info.createdMs()),
        Instant.ofEpochMilli(info.passwordChangedMs()),
        info.previousUntilMs() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(info.previousUntilMs())),
        info.rateLimitPerSecond());
  }

  static Call<Boolean> password(
      String name, String password, Duration keepPrevious, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(256);
    int nameAt = builder.createString(name);
    int passwordAt = builder.createByteVector(password.getBytes(UTF_8));
    int root =
        UserPasswordRequest.createUserPasswordRequest(
            builder, meta(builder, options), nameAt, passwordAt, keepPrevious.toMillis());
    return call(Opcode.USER_PASSWORD, options, builder, root, body -> true);
  }

  static Call<Boolean> grant(
      String name, Optional<Role> role, List<Scope> scopes, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(256);
    int nameAt = builder.createString(name);
    int scopesAt = UserGrantRequest.createScopesVector(builder, Scopes.write(builder, scopes));
    int root =
        UserGrantRequest.createUserGrantRequest(
            builder, meta(builder, options), nameAt, number(role), scopesAt);
    return call(Opcode.USER_GRANT, options, builder, root, body -> true);
  }

  static Call<Boolean> revoke(String name, List<Scope> scopes, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(256);
    int nameAt = builder.createString(name);
    int scopesAt = UserRevokeRequest.createScopesVector(builder, Scopes.write(builder, scopes));
    int root =
        UserRevokeRequest.createUserRevokeRequest(
            builder, meta(builder, options), nameAt, scopesAt);
    return call(Opcode.USER_REVOKE, options, builder, root, body -> true);
  }

  /** The role's number on the wire; 0 leaves it to the server. */
  private static int number(Optional<Role> role) {
    return role.map(Role::number).orElse(0);
  }
}
