package io.velocitydb.server.administration;

import static io.velocitydb.server.administration.AccountMessages.bytes;
import static io.velocitydb.server.administration.AccountMessages.later;
import static io.velocitydb.server.administration.AccountMessages.scopes;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.TokenCreateRequest;
import io.velocitydb.protocol.fbs.TokenCreateResponse;
import io.velocitydb.protocol.fbs.TokenDropRequest;
import io.velocitydb.protocol.fbs.TokenInfo;
import io.velocitydb.protocol.fbs.TokenListResponse;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.WorkPools.Pool;
import io.velocitydb.server.user.ApiToken;
import io.velocitydb.server.user.Principal;
import io.velocitydb.server.user.Scope;
import io.velocitydb.server.user.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * TOKEN_CREATE, TOKEN_DROP and TOKEN_LIST. The reply to the first is the only place where a secret
 * is ever shown.
 */
final class TokenCommands {
  private static final Logger LOG = Logger.getLogger(TokenCommands.class);

  private final Tokens tokens;

  TokenCommands(Tokens tokens) {
    this.tokens = tokens;
  }

  void create(Exchange exchange) {
    AdministrationCommands.requireUnrestricted(exchange);
    TokenCreateRequest request = TokenCreateRequest.getRootAsTokenCreateRequest(exchange.body());
    String name = request.name();
    Optional<Role> role = Role.of(request.role());
    List<Scope> scopes = scopes(request.scopesLength(), request::scopes);
    long expiresMs = request.expiresMs();
    Principal actor = exchange.principal();
    later(
        exchange,
        Pool.ADMINISTRATION,
        (reply, _) -> {
          Tokens.Created created = tokens.create(name, role, scopes, expiresMs, actor);
          ApiToken stored = created.stored();
          LOG.infof(
              "%s created the %s token %s (%s)",
              actor.name(), stored.role().label(), stored.name(), stored.id());
          int table = reply.begin(TokenCreateResponse.TABLE);
          MessageWriter message = reply.message();
          message.putBytes(table, TokenCreateResponse.TOKEN_ID, created.token().id());
          message.putBytes(
              table,
              TokenCreateResponse.TOKEN,
              created.token().format().getBytes(StandardCharsets.US_ASCII));
          reply.end();
        });
  }

  void drop(Exchange exchange) {
    AdministrationCommands.requireUnrestricted(exchange);
    byte[] id =
        bytes(TokenDropRequest.getRootAsTokenDropRequest(exchange.body()).tokenIdAsByteBuffer());
    if (id.length != Token.ID_LENGTH) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "the id of a token has " + Token.ID_LENGTH + " bytes");
    }
    Principal actor = exchange.principal();
    later(
        exchange,
        Pool.ADMINISTRATION,
        (reply, _) -> {
          ApiToken dropped = tokens.drop(id, actor);
          LOG.infof("%s dropped the token %s (%s)", actor.name(), dropped.name(), dropped.id());
          reply.empty();
        });
  }

  void list(Exchange exchange) {
    AdministrationCommands.requireUnrestricted(exchange);
    later(
        exchange,
        Pool.ADMINISTRATION,
        (reply, _) -> {
          List<ApiToken> all = tokens.all();
          MessageWriter message = reply.message();
          int table = reply.begin(TokenListResponse.TABLE);
          int vector = message.reserveTables(table, TokenListResponse.TOKENS, all.size());
          for (int i = 0; i < all.size(); i++) {
            write(message, message.element(vector, i, TokenInfo.TABLE), all.get(i));
          }
          reply.end();
        });
  }

  private static void write(MessageWriter message, int info, ApiToken token) {
    message.putBytes(info, TokenInfo.TOKEN_ID, Token.parseId(token.id()));
    message.putString(info, TokenInfo.NAME, token.name());
    message.putByte(info, TokenInfo.ROLE, token.role().number());
    AccountMessages.put(message, info, TokenInfo.SCOPES, token.scopes());
    message.putLong(info, TokenInfo.CREATED_MS, token.createdMs());
    message.putLong(info, TokenInfo.EXPIRES_MS, token.expiresMs());
    if (!token.owner().isEmpty()) {
      message.putString(info, TokenInfo.OWNER, token.owner());
    }
  }
}
