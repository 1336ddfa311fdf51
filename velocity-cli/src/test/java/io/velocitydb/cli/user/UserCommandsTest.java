package io.velocitydb.cli.user;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.cli.CommandLineUnderTest;
import io.velocitydb.cli.CommandLineUnderTest.Result;
import io.velocitydb.cli.LocalServer;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.UserCreateRequest;
import io.velocitydb.protocol.fbs.UserCreateResponse;
import io.velocitydb.protocol.fbs.UserInfo;
import io.velocitydb.protocol.fbs.UserListResponse;
import io.velocitydb.protocol.fbs.UserPasswordRequest;
import io.velocitydb.protocol.fbs.UserPasswordResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCommandsTest {
  @TempDir Path folder;
  private LocalServer local;
  private final List<String> created = new ArrayList<>();

  @BeforeEach
  void aServerThatCreatesUsers() throws IOException {
    LocalServer.home(folder.resolve("home"));
    local = LocalServer.over(folder.resolve("data"));
    local.server().answer(Opcode.USER_CREATE, this::create);
    local.server().answer(Opcode.USER_PASSWORD, this::change);
  }

  @AfterEach
  void stop() {
    local.close();
    LocalServer.restoreHome();
  }

  @Test
  void aUserIsCreatedWithThePasswordOfTheFlag() {
    Result result = run("admin", "create-user", "--username", "admin", "--password", "secret");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err())
        .contains("warning: others on this machine can see", "created admin (admin)");
    assertThat(created).containsExactly("admin secret 0");
  }

  @Test
  void thePasswordMayComeFromFileInputOrEnvironment() throws IOException {
    Path file = Files.writeString(folder.resolve("pw"), "from file\r\nnot this\n");

    assertThat(
            run("admin", "create-user", "--username", "a", "--password-file", file.toString())
                .exitCode())
        .isZero();
    assertThat(
            command()
                .input("from input\n".getBytes(StandardCharsets.UTF_8))
                .run("admin", "create-user", "--username", "b", "--password-file", "-")
                .exitCode())
        .isZero();
    assertThat(
            command()
                .variable("VELOCITY_PASSWORD", "from environment")
                .run("admin", "create-user", "--username", "c", "--data-dir", "data")
                .exitCode())
        .isZero();

    assertThat(created).containsExactly("a from file 0", "b from input 0", "c from environment 0");
  }

  @Test
  void aRoleMayBeNamed() {
    assertThat(
            run(
                    "admin",
                    "create-user",
                    "--username",
                    "a",
                    "--password",
                    "p",
                    "--role",
                    "readonly",
                    "--output",
                    "json")
                .out())
        .contains("\"created\" : \"a\"", "\"role\" : \"readonly\"");
    Result wrong =
        run("admin", "create-user", "--username", "a", "--password", "p", "--role", "king");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err())
        .isEqualTo(
            "velocity: --role: \"king\" is not one of admin, operator, readwrite, readonly\n");
    assertThat(created).containsExactly("a p " + Role.READONLY.number());
  }

  @Test
  void withoutAPasswordNothingIsCreated() throws IOException {
    assertThat(run("admin", "create-user", "--username", "a").err())
        .isEqualTo("velocity: no password for a; give --password-file, or set VELOCITY_PASSWORD\n");
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    assertThat(
            run("admin", "create-user", "--username", "a", "--password-file", empty.toString())
                .exitCode())
        .isEqualTo(2);
    assertThat(run("admin", "create-user", "--password", "p").err())
        .contains("Missing required option: '--username=NAME'");
    assertThat(created).isEmpty();
  }

  @Test
  void aPasswordIsChanged() {
    Result result =
        run(
            "admin",
            "passwd",
            "--username",
            "a",
            "--password",
            "new",
            "--keep-previous",
            "24h",
            "-q");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(created).containsExactly("a new 86400000");
    assertThat(
            run(
                    "admin",
                    "passwd",
                    "--username",
                    "a",
                    "--password",
                    "new",
                    "--keep-previous",
                    "long")
                .exitCode())
        .isEqualTo(2);
  }

  @Test
  void usersAreListed() {
    local.server().answer(Opcode.USER_LIST, request -> twoUsers());

    assertThat(run("admin", "list-users").out())
        .isEqualTo(
            """
            NAME   ROLE      SCOPES  CREATED               PASSWORD CHANGED
            admin  admin     all     1970-01-01T00:00:01Z  1970-01-01T00:00:02Z
            app    readonly  all     1970-01-01T00:00:01Z  1970-01-01T00:00:02Z
            """);
    assertThat(run("admin", "list-users", "--output", "json").out())
        .contains("\"users\" : [", "\"name\" : \"app\"", "\"role\" : \"readonly\"");
  }

  private ByteBuffer create(ByteBuffer body) {
    UserCreateRequest request = UserCreateRequest.getRootAsUserCreateRequest(body);
    created.add(request.name() + " " + text(request.passwordAsByteBuffer()) + " " + request.role());
    FlatBufferBuilder out = new FlatBufferBuilder();
    out.finish(
        UserCreateResponse.createUserCreateResponse(
            out, request.role() == 0 ? Role.ADMIN.number() : request.role()));
    return out.dataBuffer();
  }

  private ByteBuffer change(ByteBuffer body) {
    UserPasswordRequest request = UserPasswordRequest.getRootAsUserPasswordRequest(body);
    created.add(
        request.name()
            + " "
            + text(request.passwordAsByteBuffer())
            + " "
            + request.keepPreviousMs());
    FlatBufferBuilder out = new FlatBufferBuilder();
    UserPasswordResponse.startUserPasswordResponse(out);
    out.finish(UserPasswordResponse.endUserPasswordResponse(out));
    return out.dataBuffer();
  }

  private static ByteBuffer twoUsers() {
    FlatBufferBuilder out = new FlatBufferBuilder();
    int[] users = {user(out, "admin", Role.ADMIN), user(out, "app", Role.READONLY)};
    int list = UserListResponse.createUsersVector(out, users);
    out.finish(UserListResponse.createUserListResponse(out, list));
    return out.dataBuffer();
  }

  private static int user(FlatBufferBuilder out, String name, Role role) {
    int nameAt = out.createString(name);
    return UserInfo.createUserInfo(out, nameAt, role.number(), 0, 1_000, 2_000, 0, 0);
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private CommandLineUnderTest command() {
    return new CommandLineUnderTest(folder);
  }

  private Result run(String... arguments) {
    return command().run(arguments);
  }
}
