package io.velocitydb.server.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.velocitydb.protocol.Role;
import io.velocitydb.server.lifecycle.TestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;

/** Redis' own tools and the clients that Java programs use work as they are. */
final class RespClientsIT {
  @TempDir Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        TestServer.start(
            folder,
            new HashMap<>(
                Map.of(
                    "server.enable_tls", "false",
                    "security.allow_plaintext_auth", "true",
                    "server.resp_databases", "default,other",
                    "server.resp_bind_address", "127.0.0.1:0")));
    server.createUser("ann", Role.READWRITE);
    server.createUser("default", Role.READWRITE);
    server.createDatabase("other");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String run(String input, String... command) throws Exception {
    assumeTrue(RedisServer.isInstalled(command[0]), "needs " + command[0]);
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(1, List.of("-p", String.valueOf(server.respAddress().getPort())));
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    try {
      process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void redisCli() throws Exception {
    String[] cli = {"redis-cli", "--no-auth-warning", "--user", "ann", "--pass", "ann"};
    assertThat(run("SET greeting hello\nGET greeting\nINCR n\nGET none\nTTL n\nNOSUCH\n", cli))
        .isEqualTo(
            """
            OK
            hello
            1

            -1
            ERR unknown command 'NOSUCH', with args beginning with:\s

            """);
    assertThat(run("", "redis-cli", "--no-auth-warning", "-a", "default", "--scan").lines())
        .containsExactlyInAnyOrder("greeting", "n");
    assertThat(
            run(
                "GET greeting\n",
                "redis-cli",
                "-3",
                "-n",
                "1",
                "--no-auth-warning",
                "-a",
                "default"))
        .isEqualTo("\n");
  }

  @Test
  void redisBenchmark() throws Exception {
    String output =
        run(
            "",
            "redis-benchmark",
            "-q",
            "--user",
            "ann",
            "-a",
            "ann",
            "-n",
            "2000",
            "-c",
            "10",
            "-P",
            "16",
            "-r",
            "100",
            "-t",
            "ping,set,get,incr,mset");
    assertThat(output)
        .contains("PING_INLINE", "PING_MBULK", "SET: ", "GET: ", "INCR: ", "MSET (10 keys)")
        .doesNotContain("Error", "WARNING: Could not fetch");
  }

  @ParameterizedTest
  @EnumSource(RedisProtocol.class)
  void jedis(RedisProtocol protocol) {
    DefaultJedisClientConfig config =
        DefaultJedisClientConfig.builder()
            .user("ann")
            .password("ann")
            .clientName("jedis-test")
            .protocol(protocol)
            .build();
    HostAndPort address = new HostAndPort("127.0.0.1", server.respAddress().getPort());
    try (JedisPooled jedis = new JedisPooled(address, config)) {
      assertThat(jedis.set("k", "v", SetParams.setParams().nx().ex(100))).isEqualTo("OK");
      assertThat(jedis.set("k", "w", SetParams.setParams().nx())).isNull();
      assertThat(jedis.get("k")).isEqualTo("v");
      assertThat(jedis.ttl("k")).isBetween(99L, 100L);
      assertThat(jedis.incrBy("n", 5)).isEqualTo(5);
      assertThat(jedis.mset("a", "1", "b", "2")).isEqualTo("OK");
      assertThat(jedis.mget("a", "none", "b")).containsExactly("1", null, "2");
      List<Response<String>> gets = new ArrayList<>();
      try (Pipeline pipeline = jedis.pipelined()) {
        for (int i = 0; i < 1_000; i++) {
          pipeline.set("p:" + i, "v" + i);
          gets.add(pipeline.get("p:" + i));
        }
      }
      for (int i = 0; i < gets.size(); i++) {
        assertThat(gets.get(i).get()).isEqualTo("v" + i);
      }
      int found = 0;
      String cursor = ScanParams.SCAN_POINTER_START;
      do {
        ScanResult<String> page = jedis.scan(cursor, new ScanParams().match("p:*").count(100));
        found += page.getResult().size();
        cursor = page.getCursor();
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
      assertThat(found).isEqualTo(1_000);
      assertThat(jedis.del("a", "b", "none")).isEqualTo(2);
      assertThat(jedis.flushDB()).isEqualTo("OK");
      assertThat(jedis.dbSize()).isZero();
    }
  }

  @Test
  void lettuce() {
    RedisURI uri =
        RedisURI.builder()
            .withHost("127.0.0.1")
            .withPort(server.respAddress().getPort())
            .withAuthentication("ann", "ann".toCharArray())
            .withDatabase(1)
            .withClientName("lettuce-test")
            .withTimeout(Duration.ofSeconds(20))
            .build();
    RedisClient client = RedisClient.create(uri);
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      RedisCommands<String, String> redis = connection.sync();
      assertThat(redis.clientGetname()).isEqualTo("lettuce-test");
      assertThat(redis.set("k", "v", SetArgs.Builder.px(100_000))).isEqualTo("OK");
      assertThat(redis.setGet("k", "w", SetArgs.Builder.keepttl())).isEqualTo("v");
      assertThat(redis.pttl("k")).isBetween(1L, 100_000L);
      assertThat(redis.persist("k")).isTrue();
      assertThat(redis.getdel("k")).isEqualTo("w");
      assertThat(redis.get("k")).isNull();
      assertThat(redis.append("s", "ab")).isEqualTo(2);
      assertThat(redis.strlen("s")).isEqualTo(2);
      assertThat(redis.type("s")).isEqualTo("string");
      assertThat(redis.scan(ScanArgs.Builder.matches("s*")).getKeys()).containsExactly("s");
      assertThat(redis.select(0)).isEqualTo("OK");
      assertThat(redis.exists("s")).isZero();
      assertThat(redis.info("server")).contains("velocity_version");
    } finally {
      client.shutdown(0, 2, TimeUnit.SECONDS);
    }
  }
}
