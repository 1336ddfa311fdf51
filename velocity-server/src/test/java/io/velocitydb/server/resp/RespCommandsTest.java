package io.velocitydb.server.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.Role;
import io.velocitydb.server.lifecycle.TestServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each command answers as Redis does, byte by byte. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RespCommandsTest {
  private TestServer server;
  private RespConnection resp;
  private RespConnection resp3;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server =
        TestServer.start(
            folder,
            new HashMap<>(
                Map.of(
                    "server.enable_tls", "false",
                    "security.allow_plaintext_auth", "true",
                    "server.resp_bind_address", "127.0.0.1:0",
                    "server.resp_databases", "default,other,missing")));
    server.createUser("admin", Role.ADMIN);
    server.createDatabase("other");
    resp = new RespConnection(server.respAddress()).login("admin");
    resp3 = new RespConnection(server.respAddress());
    assertThat(resp3.call("HELLO", "3", "AUTH", "admin", "admin")).startsWith("%7\r\n");
  }

  @AfterAll
  void stop() throws Exception {
    resp.close();
    resp3.close();
    server.close();
  }

  @BeforeEach
  void empty() throws Exception {
    assertThat(resp.call("SELECT", "0")).isEqualTo("+OK\r\n");
    assertThat(resp.call("FLUSHDB")).isEqualTo("+OK\r\n");
  }

  private void run(String script) throws Exception {
    run(resp, script);
  }

  /** Lines of {@code command -> reply}, with {@code ;} for the end of a line. */
  private static void run(RespConnection connection, String script) throws Exception {
    for (String line : script.lines().toList()) {
      String[] parts = line.split(" -> ", 2);
      String reply = connection.call(parts[0].strip().split(" ", -1));
      assertThat(reply.replace("\r\n", ";")).as(parts[0]).isEqualTo(parts[1].strip());
    }
  }

  @Test
  void setAndItsOptions() throws Exception {
    run(
        """
        GET k -> $-1;
        SET k v -> +OK;
        GET k -> $1;v;
        SET k w NX -> $-1;
        SET n w nx -> +OK;
        SET k w XX -> +OK;
        SET m w XX -> $-1;
        SET k x GET -> $1;w;
        SET k y NX GET -> $1;x;
        SET z y NX GET -> $-1;
        SET z y XX GET EX 100 -> $1;y;
        TTL z -> :100;
        SET z w KEEPTTL -> +OK;
        TTL z -> :100;
        SET z w -> +OK;
        TTL z -> :-1;
        SET p v PX 100000 -> +OK;
        TTL p -> :100;
        SET p v EXAT 1 -> +OK;
        EXISTS p -> :0;
        SET k v NX XX -> -ERR syntax error;
        SET k v EX -> -ERR syntax error;
        SET k v EX 1 PX 1 -> -ERR syntax error;
        SET k v EX 1 KEEPTTL -> -ERR syntax error;
        SET k v EX x -> -ERR value is not an integer or out of range;
        SET k v EX 0 -> -ERR invalid expire time in 'set' command;
        SET k v EX 9223372036854775807 -> -ERR invalid expire time in 'set' command;
        SET k -> -ERR wrong number of arguments for 'set' command;
        SETNX k v -> :0;
        SETNX new v -> :1;
        """);
  }

  @Test
  void numbersAndStrings() throws Exception {
    run(
        """
        INCR n -> :1;
        INCRBY n 41 -> :42;
        DECR n -> :41;
        DECRBY n 1 -> :40;
        DECRBY n -9223372036854775808 -> -ERR decrement would overflow;
        INCRBY n 9223372036854775807 -> -ERR increment or decrement would overflow;
        INCRBY n 1x -> -ERR value is not an integer or out of range;
        GET n -> $2;40;
        SET s text -> +OK;
        INCR s -> -ERR value is not an integer or out of range;
        APPEND s ual -> :7;
        GET s -> $7;textual;
        STRLEN s -> :7;
        STRLEN missing -> :0;
        APPEND a b -> :1;
        TYPE a -> +string;
        TYPE missing -> +none;
        GETDEL a -> $1;b;
        GETDEL a -> $-1;
        """);
  }

  @Test
  void severalKeys() throws Exception {
    run(
        """
        MSET a 1 b 2 a 3 -> +OK;
        MGET a x b a -> *4;$1;3;$-1;$1;2;$1;3;
        MSET a -> -ERR wrong number of arguments for 'mset' command;
        MSET a 1 b -> -ERR wrong number of arguments for 'mset' command;
        EXISTS a b x a -> :3;
        DEL a x a -> :1;
        DBSIZE -> :1;
        FLUSHDB ASYNC -> +OK;
        DBSIZE -> :0;
        FLUSHDB NOW -> -ERR syntax error;
        """);
  }

  @Test
  void manyKeysAreReadByAnotherThread() throws Exception {
    String[] names = IntStream.range(0, 1_000).mapToObj(i -> "key" + i).toArray(String[]::new);
    String[] set = new String[1 + 2 * names.length];
    set[0] = "MSET";
    for (int i = 0; i < names.length; i++) {
      set[1 + 2 * i] = names[i];
      set[2 + 2 * i] = "v" + i;
    }
    assertThat(resp.call(set)).isEqualTo("+OK\r\n");
    assertThat(resp.call(with("EXISTS", names))).isEqualTo(":1000\r\n");
    assertThat(resp.call(with("MGET", names)))
        .startsWith("*1000\r\n$2\r\nv0\r\n$2\r\nv1\r\n")
        .endsWith("$4\r\nv999\r\n");
    assertThat(resp.call(with("DEL", names))).isEqualTo(":1000\r\n");
  }

  private static String[] with(String command, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = command;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return all;
  }

  @Test
  void expiries() throws Exception {
    run(
        """
        EXPIRE k 10 -> :0;
        SET k v -> +OK;
        TTL k -> :-1;
        PTTL k -> :-1;
        TTL missing -> :-2;
        PERSIST k -> :0;
        PERSIST missing -> :0;
        EXPIRE k 100 -> :1;
        TTL k -> :100;
        PERSIST k -> :1;
        TTL k -> :-1;
        PEXPIRE k 100000 -> :1;
        TTL k -> :100;
        EXPIRE k x -> -ERR value is not an integer or out of range;
        EXPIRE k 9223372036854775807 -> -ERR invalid expire time in 'expire' command;
        EXPIRE k 10 NX -> -ERR Unsupported option NX;
        EXPIRE k -1 -> :1;
        EXISTS k -> :0;
        """);
  }

  @Test
  void connectionCommands() throws Exception {
    run(
        """
        PING -> +PONG;
        ping hi -> $2;hi;
        PING a b -> -ERR wrong number of arguments for 'ping' command;
        ECHO hi -> $2;hi;
        CLIENT GETNAME -> $-1;
        CLIENT SETNAME me -> +OK;
        CLIENT GETNAME -> $2;me;
        CLIENT SETNAME m\u0001 -> -ERR Client names cannot contain spaces, newlines or special characters.;
        CLIENT SETINFO LIB-NAME tests -> +OK;
        CLIENT SETINFO lib-ver 1.0 -> +OK;
        CLIENT SETINFO what 1.0 -> -ERR Unrecognized option 'what';
        CLIENT KILL x -> -ERR unknown subcommand 'KILL'. Try CLIENT HELP.;
        NOSUCH a b -> -ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' ;
        GET -> -ERR wrong number of arguments for 'get' command;
        SELECT x -> -ERR value is not an integer or out of range;
        SELECT 3 -> -ERR DB index is out of range;
        PING -> +PONG;
        """);
    assertThat(resp.call("CLIENT", "ID")).matches(":\\d+\r\n");
  }

  @Test
  void selectChoosesAConfiguredDatabase() throws Exception {
    run(
        """
        SET k here -> +OK;
        SELECT 1 -> +OK;
        GET k -> $-1;
        SET k there -> +OK;
        SELECT 0 -> +OK;
        GET k -> $4;here;
        SELECT 2 -> -ERR database not found: there is no database missing;
        GET k -> -ERR no database is selected; select one with SELECT;
        """);
  }

  @Test
  void resp3HasItsOwnKinds() throws Exception {
    run(
        resp3,
        """
        SET r v -> +OK;
        GET none -> _;
        SET r v NX -> _;
        MGET r none -> *2;$1;v;_;
        CLIENT GETNAME -> _;
        GETDEL none -> _;
        CONFIG GET save -> %1;$4;save;$0;;
        CONFIG GET nothing* -> %0;
        COMMAND DOCS get -> %0;
        COMMAND INFO nosuch get -> *2;_;*10;$3;get;:2;~1;+readonly;:1;:1;:1;~0;*0;*0;*0;
        HELLO 4 -> -NOPROTO unsupported protocol version;
        HELLO x -> -ERR Protocol version is not an integer or out of range;
        HELLO 3 WHAT -> -ERR Syntax error in HELLO option 'WHAT';
        """);
    assertThat(resp3.call("INFO", "server")).matches("(?s)=\\d+\r\ntxt:# Server\r\n.*");
  }

  @Test
  void infoAndConfigTellWhatToolsAsk() throws Exception {
    assertThat(resp.call("INFO"))
        .contains("# Server", "redis_version:7", "velocity_version:", "loading:0", "role:master");
    assertThat(resp.call("INFO", "clients")).contains("connected_clients:").doesNotContain("role:");
    assertThat(resp.call("CONFIG", "GET", "append*"))
        .isEqualTo(
            "*4\r\n$11\r\nappendfsync\r\n$6\r\nalways\r\n$10\r\nappendonly\r\n$3\r\nyes\r\n");
    assertThat(resp.call("CONFIG", "SET", "save", "")).startsWith("-ERR unknown subcommand 'SET'");
    assertThat(resp.call("COMMAND", "COUNT")).isEqualTo(":" + count() + "\r\n");
    assertThat(resp.call("COMMAND")).startsWith("*" + count() + "\r\n*10\r\n$5\r\nhello\r\n");
  }

  private String count() throws Exception {
    return resp.call("COMMAND", "LIST").lines().findFirst().orElseThrow().substring(1);
  }

  @Test
  void scanFindsEveryKeyOnce() throws Exception {
    for (int i = 0; i < 95; i++) {
      resp.call("SET", "scan:" + i, "v");
    }
    resp.call("SET", "other", "v");
    assertThat(scan(resp)).hasSize(96).contains("scan:0", "scan:94", "other");
    assertThat(scan(resp, "MATCH", "scan:*")).hasSize(95);
    assertThat(scan(resp, "MATCH", "*:1?", "COUNT", "7")).hasSize(10);
    assertThat(scan(resp, "TYPE", "string", "COUNT", "1000")).hasSize(96);
    assertThat(scan(resp, "TYPE", "list")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "x, invalid cursor",
    "-1, invalid cursor",
    "12345, the cursor is not known any more; begin again with SCAN 0"
  })
  void aWrongCursorIsRefused(String cursor, String error) throws Exception {
    assertThat(resp.call("SCAN", cursor)).isEqualTo("-ERR " + error + "\r\n");
  }

  private static java.util.Set<String> scan(RespConnection connection, String... options)
      throws Exception {
    java.util.Set<String> found = new java.util.HashSet<>();
    String cursor = "0";
    do {
      String[] lines = connection.call(scanCall(cursor, options)).split("\r\n", -1);
      cursor = lines[2];
      for (int i = 5; i < lines.length; i += 2) {
        assertThat(found.add(lines[i])).as(lines[i]).isTrue();
      }
    } while (!cursor.equals("0"));
    return found;
  }

  private static String[] scanCall(String cursor, String... options) {
    String[] call = new String[2 + options.length];
    call[0] = "SCAN";
    call[1] = cursor;
    System.arraycopy(options, 0, call, 2, options.length);
    return call;
  }

  @Test
  void pipelinedRequestsTakeEffectInTheirOrder() throws Exception {
    StringBuilder requests = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      requests.append("SET o ").append(i).append("\r\nGET o\r\nINCR o\r\n");
      expected.append("+OK\r\n$").append(String.valueOf(i).length()).append("\r\n").append(i);
      expected.append("\r\n:").append(i + 1).append("\r\n");
      if (i % 500 == 0) {
        requests.append("PERSIST o\r\nDBSIZE\r\nEXPIRE o 100\r\nPERSIST o\r\nMGET o none\r\n");
        expected.append(":0\r\n:1\r\n:1\r\n:1\r\n*2\r\n$");
        expected.append(String.valueOf(i + 1).length()).append("\r\n").append(i + 1);
        expected.append("\r\n$-1\r\n");
      }
    }
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    resp.send(requests.toString());
                  } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    StringBuilder replies = new StringBuilder();
    while (replies.length() < expected.length()) {
      replies.append(resp.reply());
    }
    sender.join();
    assertThat(replies.toString()).isEqualTo(expected.toString());
  }

  @Test
  void aLargeValueComesAndGoesWhole() throws Exception {
    String large =
        IntStream.range(0, 1 << 20)
            .mapToObj(i -> String.valueOf((char) ('a' + i * 31 % 26)))
            .collect(Collectors.joining());
    assertThat(resp.call("SET", "large", large)).isEqualTo("+OK\r\n");
    assertThat(resp.call("GET", "large")).isEqualTo("$1048576\r\n" + large + "\r\n");
    assertThat(resp.call("MSET", "l1", large.substring(1), "l2", large.substring(2)))
        .startsWith("-ERR Protocol error: invalid bulk length");
    resp = new RespConnection(server.respAddress()).login("admin");
    String half = large.substring(0, 500_000);
    assertThat(resp.call("MSET", "l1", half, "l2", half)).isEqualTo("+OK\r\n");
    assertThat(resp.call("MGET", "l1", "l2"))
        .isEqualTo("*2\r\n$500000\r\n" + half + "\r\n$500000\r\n" + half + "\r\n");
    assertThat(resp.call("APPEND", "large", "x")).startsWith("-ERR ").contains("value");
  }
}
