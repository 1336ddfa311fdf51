package io.velocitydb.server.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.scram.Token;
import io.velocitydb.server.lifecycle.TestServer;
import io.velocitydb.server.lifecycle.TestServer.ScopeOf;
import io.velocitydb.server.wire.Frames;
import io.velocitydb.server.wire.RawConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in over RESP, and what they may do there. */
final class RespSecurityTest {
  @TempDir Path folder;

  private TestServer start(String... more) throws Exception {
    Map<String, String> flags = new HashMap<>();
    flags.put("server.resp_bind_address", "127.0.0.1:0");
    flags.put("server.enable_tls", "false");
    flags.put("security.allow_plaintext_auth", "true");
    for (int i = 0; i < more.length; i += 2) {
      flags.put(more[i], more[i + 1]);
    }
    return TestServer.start(folder, flags);
  }

  private static RespConnection connect(TestServer server) throws Exception {
    return new RespConnection(server.respAddress());
  }

  @Test
  void beforeLoginNothingIsToldAndNothingIsDone() throws Exception {
    try (TestServer server = start();
        RespConnection resp = connect(server)) {
      String noAuth = "-NOAUTH Authentication required.\r\n";
      for (String command :
          "PING,ECHO a,GET k,SET k v,INFO,COMMAND,CONFIG GET *,CLIENT ID,SELECT 0,NOSUCH,FLUSHDB"
              .split(",", -1)) {
        assertThat(resp.call(command.split(" ", -1))).as(command).isEqualTo(noAuth);
      }
      assertThat(resp.call("HELLO", "3")).startsWith("-NOAUTH HELLO must be called");
      assertThat(resp.call("QUIT")).isEqualTo("+OK\r\n");
      assertThat(resp.isAtEnd()).isTrue();
    }
  }

  @Test
  void loginByAuthOrByHello() throws Exception {
    try (TestServer server = start()) {
      server.createUser("ann", Role.READWRITE);
      server.createUser("default", Role.READONLY);
      try (RespConnection resp = connect(server)) {
        String wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
        assertThat(resp.call("AUTH", "ann", "wrong")).isEqualTo(wrong);
        assertThat(resp.call("AUTH", "nobody", "ann")).isEqualTo(wrong);
        assertThat(resp.call("GET", "k")).startsWith("-NOAUTH");
        assertThat(resp.call("AUTH", "ann", "ann")).isEqualTo("+OK\r\n");
        assertThat(resp.call("SET", "k", "v")).isEqualTo("+OK\r\n");
        assertThat(resp.call("AUTH", "default")).isEqualTo("+OK\r\n");
        assertThat(resp.call("GET", "k")).isEqualTo("$1\r\nv\r\n");
        assertThat(resp.call("SET", "k", "v"))
            .isEqualTo("-NOPERM the role readonly does not allow SET\r\n");
      }
      try (RespConnection resp = connect(server)) {
        assertThat(resp.call("HELLO", "3", "AUTH", "ann", "wrong")).startsWith("-WRONGPASS");
        // Refused as a whole: still RESP2.
        assertThat(resp.call("HELLO", "2", "AUTH", "ann", "ann", "SETNAME", "me"))
            .startsWith("*14\r\n$6\r\nserver\r\n$8\r\nvelocity\r\n");
        assertThat(resp.call("CLIENT", "GETNAME")).isEqualTo("$2\r\nme\r\n");
      }
    }
  }

  @Test
  void aTokenServesInPlaceOfAPassword() throws Exception {
    try (TestServer server = start("server.enable_tls", "true")) {
      server.createUser("ann", Role.ADMIN);
      Token token = server.createToken("app", Role.READWRITE, 0, new ScopeOf("default", "app:"));
      String bearer = token.format();
      for (String[] login :
          new String[][] {
            {"AUTH", bearer}, {"AUTH", "whoever", bearer}, {"HELLO", "3", "AUTH", "ann", bearer}
          }) {
        try (RespConnection resp = connectTls(server)) {
          assertThat(resp.call(login)).as(login[0]).doesNotStartWith("-");
          assertThat(resp.call("SET", "app:1", "v")).isEqualTo("+OK\r\n");
          assertThat(resp.call("SET", "other", "v")).startsWith("-NOPERM");
        }
      }
      String wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
      try (RespConnection resp = connectTls(server)) {
        assertThat(resp.call("AUTH", Token.of(token.id(), new byte[32]).format())).isEqualTo(wrong);
        assertThat(resp.call("AUTH", "ann", Token.of(new byte[8], token.secret()).format()))
            .isEqualTo(wrong);
        assertThat(resp.call("AUTH", bearer)).isEqualTo("+OK\r\n");
        server.administer(Frames.dropToken(token.id()));
        assertThat(resp.call("GET", "app:1")).startsWith("-NOPERM the token");
      }
      try (RespConnection resp = connectTls(server)) {
        assertThat(resp.call("AUTH", bearer)).isEqualTo(wrong);
      }
    }
  }

  @Test
  void withoutTlsATokenIsRefusedUnlessThatIsAllowed() throws Exception {
    try (TestServer server = start("security.allow_plaintext_auth", "false");
        RespConnection resp = connect(server)) {
      String bearer = server.createToken("app", Role.ADMIN, 0).format();
      assertThat(resp.call("AUTH", bearer)).startsWith("-NOPERM no login without TLS");
      assertThat(resp.call("HELLO", "3", "AUTH", "app", bearer))
          .startsWith("-NOPERM no login without TLS");
    }
  }

  private static RespConnection connectTls(TestServer server) throws Exception {
    return new RespConnection(RawConnection.tlsSocket(server.respAddress(), "TLSv1.3"));
  }

  @Test
  void requestsBehindALoginWaitForIt() throws Exception {
    try (TestServer server = start();
        RespConnection resp = connect(server)) {
      server.createUser("ann", Role.READWRITE);
      resp.send("AUTH ann ann\r\nSET k v\r\nGET k\r\n");
      assertThat(resp.reply() + resp.reply() + resp.reply()).isEqualTo("+OK\r\n+OK\r\n$1\r\nv\r\n");
    }
  }

  @Test
  void withoutTlsPasswordsAreRefusedUnlessAllowed() throws Exception {
    try (TestServer server = start("security.allow_plaintext_auth", "false");
        RespConnection resp = connect(server)) {
      server.createUser("ann", Role.ADMIN);
      assertThat(resp.call("AUTH", "ann", "ann")).startsWith("-NOPERM no login without TLS");
      assertThat(resp.call("HELLO", "3", "AUTH", "ann", "ann"))
          .startsWith("-NOPERM no login without TLS");
    }
  }

  @Test
  void withTlsOnlyItsVersion13IsSpoken() throws Exception {
    try (TestServer server = start("server.enable_tls", "true")) {
      server.createUser("ann", Role.READWRITE);
      InetSocketAddress address = server.respAddress();
      try (SSLSocket socket = RawConnection.tlsSocket(address, "TLSv1.3");
          RespConnection resp = new RespConnection(socket)) {
        assertThat(resp.call("AUTH", "ann", "ann")).isEqualTo("+OK\r\n");
        assertThat(resp.call("SET", "k", "v")).isEqualTo("+OK\r\n");
        assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
      }
      assertThatThrownBy(() -> RawConnection.tlsSocket(address, "TLSv1.2"))
          .isInstanceOf(java.io.IOException.class);
      try (Socket plain = new Socket(address.getAddress(), address.getPort());
          RespConnection resp = new RespConnection(plain)) {
        resp.send("PING\r\n");
        assertThatThrownBy(resp::reply).isInstanceOf(java.io.IOException.class);
      }
    }
  }

  @Test
  void scopesHoldForEveryCommand() throws Exception {
    try (TestServer server = start("server.resp_databases", "default,other")) {
      server.createDatabase("other");
      server.createUser("ann", Role.READWRITE, new ScopeOf("default", "ann:"));
      try (RespConnection resp = connect(server).login("ann")) {
        String refused = "-NOPERM that is outside the scopes of this user\r\n";
        for (String command :
            ("GET bob,SET bob v,SETNX bob v,GETDEL bob,MGET ann:1 bob,MSET ann:1 v bob v,DEL bob,"
                    + "DEL ann:1 bob,EXISTS bob,INCR bob,INCRBY bob 1,DECR bob,DECRBY bob 1,"
                    + "APPEND bob v,STRLEN bob,EXPIRE bob 1,PEXPIRE bob 1,PERSIST bob,TTL bob,"
                    + "PTTL bob,TYPE bob,SCAN 0,SCAN 0 MATCH a*,DBSIZE,FLUSHDB,SELECT 1")
                .split(",", -1)) {
          assertThat(resp.call(command.split(" ", -1))).as(command).isEqualTo(refused);
        }
        assertThat(resp.call("SELECT", "0")).isEqualTo("+OK\r\n");
        assertThat(resp.call("MSET", "ann:1", "v", "ann:2", "v")).isEqualTo("+OK\r\n");
        assertThat(resp.call("SCAN", "0", "MATCH", "ann:*"))
            .isEqualTo("*2\r\n$1\r\n0\r\n*2\r\n$5\r\nann:1\r\n$5\r\nann:2\r\n");
      }
    }
  }

  @Test
  void afterSomeFailedLoginsAnAddressHasToWait() throws Exception {
    try (TestServer server = start("security.max_auth_failures", "2");
        RespConnection resp = connect(server)) {
      server.createUser("ann", Role.READWRITE);
      long now = System.nanoTime();
      server.nanoTime(() -> now);
      resp.call("AUTH", "ann", "wrong");
      resp.call("AUTH", "ann", "wrong");
      assertThat(resp.call("AUTH", "ann", "ann"))
          .isEqualTo(
              "-ERR rate limited: too many logins from this address failed; try again in 1 s\r\n");
      server.nanoTime(() -> now + TimeUnit.SECONDS.toNanos(1));
      assertThat(resp.call("AUTH", "ann", "ann")).isEqualTo("+OK\r\n");
    }
  }

  @Test
  void aViolationOfTheProtocolIsAnsweredInItsPlaceAndThenTheConnectionEnds() throws Exception {
    try (TestServer server = start();
        RespConnection resp = connect(server)) {
      server.createUser("ann", Role.READWRITE);
      resp.login("ann");
      resp.send("SET k v\r\n*1\r\n$x\r\nGET k\r\n");
      assertThat(resp.reply()).isEqualTo("+OK\r\n");
      assertThat(resp.reply()).isEqualTo("-ERR Protocol error: invalid bulk length\r\n");
      assertThat(resp.isAtEnd()).isTrue();
    }
  }

  @Test
  void aDroppedUserIsRefusedFromItsNextRequestOn() throws Exception {
    try (TestServer server = start();
        RespConnection resp = connect(server)) {
      server.createUser("ann", Role.READWRITE);
      resp.login("ann");
      server.administer(
          Frames.of(
              io.velocitydb.protocol.Opcode.USER_DROP,
              (message, table) ->
                  message.putString(
                      table, io.velocitydb.protocol.fbs.UserDropRequest.NAME, "ann")));
      assertThat(resp.call("GET", "k")).startsWith("-NOPERM the user ann was dropped");
    }
  }
}
