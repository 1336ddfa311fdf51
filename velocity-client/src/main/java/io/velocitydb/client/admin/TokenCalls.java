package io.velocitydb.client.admin;

import static io.velocitydb.client.admin.Texts.text;
import static io.velocitydb.client.message.Messages.call;
import static io.velocitydb.client.message.Messages.meta;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.CallOptions;
import io.velocitydb.client.message.Messages;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.TokenCreateRequest;
import io.velocitydb.protocol.fbs.TokenCreateResponse;
import io.velocitydb.protocol.fbs.TokenDropRequest;
import io.velocitydb.protocol.fbs.TokenInfo;
import io.velocitydb.protocol.fbs.TokenListRequest;
import io.velocitydb.protocol.fbs.TokenListResponse;
import io.velocitydb.protocol.scram.Token;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes and reads the messages about tokens. */
final class TokenCalls {

  private TokenCalls() {}

  static Call<NewToken> create(
      String name,
      Optional<Role> role,
      List<Scope> scopes,
      Optional<Instant> expires,
      CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(256);
    int nameAt = builder.createString(name);
    int scopesAt = TokenCreateRequest.createScopesVector(builder, Scopes.write(builder, scopes));
    int root =
        TokenCreateRequest.createTokenCreateRequest(
            builder,
            meta(builder, options),
            nameAt,
            role.map(Role::number).orElse(0),
            scopesAt,
            expires.map(Instant::toEpochMilli).orElse(0L));
    return call(Opcode.TOKEN_CREATE, options, builder, root, TokenCalls::created);
  }

  private static NewToken created(ByteBuffer body) {
    TokenCreateResponse response = TokenCreateResponse.getRootAsTokenCreateResponse(body);
    byte[] id = Messages.copy(response, response.tokenIdStart(), response.tokenIdLength());
    byte[] token = Messages.copy(response, response.tokenStart(), response.tokenLength());
    return new NewToken(Token.idText(id), new String(token, StandardCharsets.US_ASCII));
  }

  static Call<Boolean> drop(String id, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(64);
    int idAt = builder.createByteVector(Token.parseId(id));
    int root = TokenDropRequest.createTokenDropRequest(builder, meta(builder, options), idAt);
    return call(Opcode.TOKEN_DROP, options, builder, root, body -> true);
  }

  static Call<List<ApiToken>> list(CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(0);
    int root = TokenListRequest.createTokenListRequest(builder, meta(builder, options));
    return call(
        Opcode.TOKEN_LIST,
        options,
        builder,
        root,
        body -> {
          TokenListResponse response = TokenListResponse.getRootAsTokenListResponse(body);
          List<ApiToken> tokens = new ArrayList<>();
          for (int i = 0; i < response.tokensLength(); i++) {
            tokens.add(token(response.tokens(i)));
          }
          return List.copyOf(tokens);
        });
  }

  private static ApiToken token(TokenInfo info) {
    String owner = text(info.owner());
    return new ApiToken(
        Token.idText(Messages.copy(info, info.tokenIdStart(), info.tokenIdLength())),
        text(info.name()),
        Role.of(info.role()),
        Scopes.read(info.scopesLength(), info::scopes),
        Instant.ofEpochMilli(info.createdMs()),
        info.expiresMs() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(info.expiresMs())),
        owner.isEmpty() ? Optional.empty() : Optional.of(owner));
  }
}
