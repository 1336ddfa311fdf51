package io.velocitydb.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.cli.CommandLineUnderTest;
import io.velocitydb.cli.CommandLineUnderTest.Result;
import io.velocitydb.cli.LocalServer;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.HotKey;
import io.velocitydb.protocol.fbs.HotkeysRequest;
import io.velocitydb.protocol.fbs.HotkeysResponse;
import io.velocitydb.protocol.fbs.SlowOperation;
import io.velocitydb.protocol.fbs.SlowlogRequest;
import io.velocitydb.protocol.fbs.SlowlogResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code db slowlog} and {@code db hotkeys}. */
class ObservationCommandsTest {
  private static final byte[] NOT_TEXT = {(byte) 0xFF, 1};

  @TempDir Path folder;
  private LocalServer local;
  private final List<String> asked = new ArrayList<>();

  @BeforeEach
  void aServerThatRemembers() throws IOException {
    LocalServer.home(folder.resolve("home"));
    local = LocalServer.over(folder.resolve("data"));
    local.server().answer(Opcode.SLOWLOG, this::slowLog);
    local.server().answer(Opcode.HOTKEYS, this::hotKeys);
  }

  @AfterEach
  void stop() {
    local.close();
    LocalServer.restoreHome();
  }

  @Test
  void slowOperationsAreATable() {
    Result result = run("db", "slowlog", "--limit", "5");

    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .isEqualTo(
            """
            BEGAN                         MS  OPERATION  DATABASE  KEYS  USER  ADDRESS        KEY
            2026-03-01T12:00:00.250Z  20.500  MGET       orders       3  anna  192.0.2.7:510  user:1... (200 bytes)
            2026-03-01T12:00:00.250Z   9.000  COMPACT                 0        local
            """);
    assertThat(asked).containsExactly("5 false");
  }

  @Test
  void slowOperationsAreJson() {
    assertThat(run("db", "slowlog", "--reset", "--output", "json").out())
        .isEqualToIgnoringWhitespace(
            """
            {"operations":[
              {"began":"2026-03-01T12:00:00.250Z","duration_us":20500,"operation":"MGET",
               "database":"orders","key":"user:1","key_bytes":200,"keys":3,"user":"anna",
               "address":"192.0.2.7:510"},
              {"began":"2026-03-01T12:00:00.250Z","duration_us":9000,"operation":"COMPACT",
               "database":"","key_bytes":0,"keys":0,"user":"","address":"local"}]}
            """);
    assertThat(asked).containsExactly("0 true");
  }

  @Test
  void hotKeysAreATable() {
    Result result = run("db", "hotkeys");

    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .isEqualTo(
            """
            READS/S  WRITES/S  KEY
             1200.5       0.0  user:1
                0.0       2.5  0xff01
            """);
    assertThat(asked).containsExactly("default 20");
  }

  @Test
  void hotKeysAreJson() {
    assertThat(run("db", "hotkeys", "orders", "--limit", "2", "--output", "json").out())
        .isEqualToIgnoringWhitespace(
            """
            {"keys":[
              {"key":"user:1","key_bytes":6,"reads_per_second":1200.5,"writes_per_second":0.0},
              {"key_base64":"/wE=","key_bytes":2,"reads_per_second":0.0,"writes_per_second":2.5}]}
            """);
    assertThat(asked).containsExactly("orders 2");
  }

  @Test
  void limitsThatMakeNoSenseAreRefused() {
    Result none = run("db", "slowlog", "--limit", "0");
    Result both = run("db", "slowlog", "--limit", "3", "--reset");
    Result many = run("db", "hotkeys", "--limit", "501");

    assertThat(none.err()).contains("--limit is at least 1");
    assertThat(both.err()).contains("--reset forgets all, so it takes no --limit");
    assertThat(many.err()).contains("--limit is from 1 to 500");
    assertThat(List.of(none.exitCode(), both.exitCode(), many.exitCode())).containsOnly(2);
    assertThat(asked).isEmpty();
  }

  private Result run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data-dir", local.dataDir().toString()));
    return new CommandLineUnderTest(folder).run(all.toArray(String[]::new));
  }

  private ByteBuffer slowLog(ByteBuffer body) {
    SlowlogRequest request = SlowlogRequest.getRootAsSlowlogRequest(body);
    asked.add(request.limit() + " " + request.reset());
    FlatBufferBuilder out = new FlatBufferBuilder();
    int[] operations = {
      SlowOperation.createSlowOperation(
          out,
          1_772_366_400_250L,
          20_500,
          Opcode.MGET.number(),
          out.createString("orders"),
          SlowOperation.createKeyVector(out, "user:1".getBytes(StandardCharsets.UTF_8)),
          out.createString("anna"),
          out.createString("192.0.2.7:510"),
          200,
          3),
      SlowOperation.createSlowOperation(
          out,
          1_772_366_400_250L,
          9_000,
          Opcode.COMPACT.number(),
          0,
          0,
          0,
          out.createString("local"),
          0,
          0)
    };
    out.finish(
        SlowlogResponse.createSlowlogResponse(
            out, SlowlogResponse.createOperationsVector(out, operations)));
    return out.dataBuffer();
  }

  private ByteBuffer hotKeys(ByteBuffer body) {
    HotkeysRequest request = HotkeysRequest.getRootAsHotkeysRequest(body);
    asked.add(request.database() + " " + request.limit());
    FlatBufferBuilder out = new FlatBufferBuilder();
    int[] keys = {
      HotKey.createHotKey(
          out,
          HotKey.createKeyVector(out, "user:1".getBytes(StandardCharsets.UTF_8)),
          1_200.5,
          0,
          6),
      HotKey.createHotKey(out, HotKey.createKeyVector(out, NOT_TEXT), 0, 2.5, 2)
    };
    out.finish(
        HotkeysResponse.createHotkeysResponse(out, HotkeysResponse.createKeysVector(out, keys)));
    return out.dataBuffer();
  }
}
