package io.velocitydb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  @TempDir Path folder;

  @Test
  void withoutAnythingTheDefaultsHold() throws Exception {
    Settings settings = load(Map.of(), Map.of());

    assertThat(settings.get(Keys.BIND_ADDRESS)).isEqualTo(new HostPort("127.0.0.1", 2005));
    assertThat(settings.get(Keys.MEMORY_LIMIT)).isEmpty();
    assertThat(settings.get(Keys.DURABILITY)).isEqualTo(Keys.Durability.ALWAYS);
    assertThat(settings.get(Keys.CONNECTION_TIMEOUT)).isEqualTo(Duration.ofMinutes(5));
    assertThat(settings.origin(Keys.BIND_ADDRESS)).hasToString("default");
    assertThat(settings.file()).isEmpty();
    assertThat(settings.warnings()).isEmpty();
  }

  @Test
  void everyDefaultIsWrittenBackAsItIsTyped() throws Exception {
    Settings settings = load(Map.of(), Map.of());

    for (ConfigKey<?> key : Keys.all()) {
      assertThat(key.type().read().apply(settings.text(key)))
          .as(key.name())
          .isEqualTo(settings.get(key));
      assertThat(key.doc()).as(key.name()).endsWith(".").doesNotContain("\n");
    }
  }

  @Test
  void aFlagWinsOverTheEnvironmentThatOverTheFileThatOverTheDefault() throws Exception {
    file("[server]\nbind_address = \"127.0.0.1:1\"\nmax_connections = 11\ntransport = \"nio\"\n");

    Settings settings =
        load(
            Map.of("server.bind_address", "127.0.0.1:3"),
            Map.of(
                "VELOCITY_SERVER_BIND_ADDRESS",
                "127.0.0.1:2",
                "VELOCITY_SERVER_MAX_CONNECTIONS",
                "22"));

    assertThat(settings.get(Keys.BIND_ADDRESS).port()).isEqualTo(3);
    assertThat(settings.origin(Keys.BIND_ADDRESS))
        .isEqualTo(new Origin.Flag("server.bind_address"));
    assertThat(settings.get(Keys.MAX_CONNECTIONS)).isEqualTo(22);
    assertThat(settings.origin(Keys.MAX_CONNECTIONS))
        .isEqualTo(new Origin.Environment("VELOCITY_SERVER_MAX_CONNECTIONS"));
    assertThat(settings.get(Keys.TRANSPORT)).isEqualTo(Keys.Transport.NIO);
    assertThat(settings.origin(Keys.TRANSPORT)).hasToString(toml() + ":5:1");
    assertThat(settings.origin(Keys.DURABILITY)).isEqualTo(new Origin.Default());
  }

  @Test
  void sizesAndDurationsTakeUnitsAndBareNumbersKeepTheirs() throws Exception {
    file(
        """
        [server]
        connection_timeout_seconds = "2m"
        [database]
        memory_limit = "1.5GiB"
        max_memtable_size = 1048576
        sync_interval_ms = 250
        [performance]
        metrics_interval = 0
        """);

    Settings settings = load(Map.of(), Map.of());

    assertThat(settings.get(Keys.CONNECTION_TIMEOUT)).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.get(Keys.MEMORY_LIMIT)).contains(3L << 29);
    assertThat(settings.get(Keys.MAX_MEMTABLE_SIZE)).contains(1L << 20);
    assertThat(settings.get(Keys.SYNC_INTERVAL)).isEqualTo(Duration.ofMillis(250));
    assertThat(settings.get(Keys.METRICS_INTERVAL)).isEqualTo(Duration.ZERO);
  }

  @Test
  void namesAreAListInTheFileAndHaveCommasElsewhere() throws Exception {
    file("[server]\nresp_databases = [\"default\", \"sessions\"]\n");

    Settings settings = load(Map.of(), Map.of());
    assertThat(settings.get(Keys.RESP_DATABASES)).containsExactly("default", "sessions");
    assertThat(settings.text(Keys.RESP_DATABASES)).isEqualTo("default,sessions");
    assertThat(
            load(Map.of(), Map.of("VELOCITY_SERVER_RESP_DATABASES", "a, b"))
                .get(Keys.RESP_DATABASES))
        .containsExactly("a", "b");
    assertThat(problems(Map.of("server.resp_databases", "a,,b"), Map.of()))
        .containsExactly("server.resp_databases: must be a list of names, none of them empty");

    file("[server]\nresp_databases = [1]\n");
    assertThat(problems(Map.of(), Map.of()))
        .singleElement()
        .asString()
        .endsWith("server.resp_databases: must be a list of names");
    file("[server]\nresp_databases = \"default\"\n");
    assertThat(problems(Map.of(), Map.of()))
        .singleElement()
        .asString()
        .endsWith("server.resp_databases: must be a list of names, not the text \"default\"");
  }

  @Test
  void theListenerForClientsOfRedisHasTheRulesOfTheOther() throws Exception {
    assertThat(load(Map.of(), Map.of()).get(Keys.RESP_BIND_ADDRESS)).isEmpty();
    assertThat(
            problems(
                Map.of("server.enable_tls", "false"),
                Map.of("VELOCITY_SERVER_RESP_BIND_ADDRESS", "0.0.0.0:6379")))
        .singleElement()
        .asString()
        .contains("server.resp_bind_address: without TLS the server listens on loopback only");
    assertThat(problems(Map.of("server.resp_bind_address", "127.0.0.1:2005"), Map.of()))
        .singleElement()
        .asString()
        .contains("127.0.0.1:2005 is taken by server.bind_address; give it another port");
  }

  @Test
  void theAliasOfTheDataFolderWorksInFileAndEnvironment() throws Exception {
    file("[addons.database]\ndefault_path = \"/var/lib/velocity\"\n");

    assertThat(load(Map.of(), Map.of()).get(Keys.DATA_DIR)).isEqualTo(Path.of("/var/lib/velocity"));
    assertThat(
            load(Map.of(), Map.of("VELOCITY_ADDONS_DATABASE_DEFAULT_PATH", "/other"))
                .get(Keys.DATA_DIR))
        .isEqualTo(Path.of("/other"));
  }

  @Test
  void aNameAndItsAliasTogetherAreRefused() throws Exception {
    file("[server]\ndata_dir = \"a\"\n[addons.database]\ndefault_path = \"b\"\n");

    assertThat(problems(Map.of(), Map.of()))
        .containsExactly(
            toml()
                + ":5:1: addons.database.default_path says the same as line 3; keep one of the two");
  }

  @Test
  void anUnknownKeyNamesItsPlaceAndTheNearestRightOne() throws Exception {
    file("[server]\nbind_adress = \"127.0.0.1:2005\"\n");

    assertThat(problems(Map.of(), Map.of()))
        .containsExactly(
            toml() + ":3:1: unknown key server.bind_adress; did you mean server.bind_address?");
  }

  @Test
  void aKeyInTheWrongSectionIsPointedToTheRightOne() throws Exception {
    file("[server]\ndurability = \"always\"\n");

    assertThat(problems(Map.of(), Map.of()).getFirst())
        .endsWith("unknown key server.durability; did you mean database.durability?");
  }

  @Test
  void aKeyLikeNoOtherIsSentToTheList() throws Exception {
    file("[colours]\nbackground = \"blue\"\n");

    assertThat(problems(Map.of(), Map.of()).getFirst())
        .endsWith("unknown key colours.background; \"velocity config show\" lists what there is");
  }

  @Test
  void aSectionGivenAsAValueIsExplained() throws Exception {
    file("server = 5\n");

    assertThat(problems(Map.of(), Map.of()).getFirst())
        .endsWith(":2:1: server is a section; write [server] and its keys below it");
  }

  @Test
  void aWrongTypeSaysWhatIsExpectedAndWhatWasFound() throws Exception {
    file(
        """
        [server]
        max_connections = "100"
        bind_address = 2005
        enable_tls = "yes"
        [database]
        durability = ["always"]
        bloom_false_positive_rate = true
        """);

    assertThat(problems(Map.of(), Map.of()))
        .containsExactly(
            toml()
                + ":3:1: server.max_connections: must be a whole number from 1 to 1000000, not the text \"100\"",
            toml() + ":4:1: server.bind_address: must be host:port, not the bare number 2005",
            toml() + ":5:1: server.enable_tls: must be true or false, not the text \"yes\"",
            toml()
                + ":7:1: database.durability: must be one of os, interval, always, not a list or a table",
            toml()
                + ":8:1: database.bloom_false_positive_rate: must be a number from 0.0001 to 0.5, not the bare word true");
  }

  @Test
  void anImpossibleValueSaysItsBounds() throws Exception {
    file(
        """
        [server]
        bind_address = "127.0.0.1:70000"
        max_connections = 0
        connection_timeout_seconds = "5 parsecs"
        [database]
        memory_limit = "1KiB"
        durability = "never"
        compaction_threshold = 99999999999
        """);

    assertThat(problems(Map.of(), Map.of()))
        .containsExactly(
            toml() + ":3:1: server.bind_address: the port must be from 0 to 65535",
            toml() + ":4:1: server.max_connections: must be a whole number from 1 to 1000000",
            toml()
                + ":5:1: server.connection_timeout_seconds: \"5 parsecs\" is not a duration such as \"5s\"",
            toml() + ":7:1: database.memory_limit: must be a size from 16MiB to 64TiB",
            toml() + ":8:1: database.durability: \"never\" is not one of os, interval, always",
            toml() + ":9:1: database.compaction_threshold: must be a whole number from 2 to 64");
  }

  @Test
  void aFileThatIsNotTomlNamesLineAndColumn() throws Exception {
    file("[server]\nbind_address = \n");

    assertThat(problems(Map.of(), Map.of()))
        .singleElement()
        .asString()
        .startsWith(toml() + ":3:16: ")
        .doesNotContain("\n");
  }

  @Test
  void aNamedFileThatIsMissingIsAnError() {
    Path missing = folder.resolve("missing.toml");

    ConfigException e =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ConfigLoader.load(
                    new ConfigLoader.Sources(Map.of(), Optional.of(missing), List.of(), Map.of())));

    assertThat(e.problems())
        .singleElement()
        .asString()
        .startsWith(missing + ": there is no such file");
  }

  @Test
  void aNamedFileWinsOverTheUsualOnes() throws Exception {
    file("[server]\nmax_connections = 1\n");
    Path named = folder.resolve("named.toml");
    Files.writeString(named, "[server]\nmax_connections = 2\n");

    Settings settings =
        ConfigLoader.load(
            new ConfigLoader.Sources(Map.of(), Optional.of(named), List.of(toml()), Map.of()));

    assertThat(settings.get(Keys.MAX_CONNECTIONS)).isEqualTo(2);
    assertThat(settings.file()).contains(named);
  }

  @Test
  void anUnknownVariableIsAWarningWithTheNearestRightOne() throws Exception {
    Settings settings =
        load(
            Map.of(), Map.of("VELOCITY_SERVER_BINDADDRESS", "x", "VELOCITY_URL", "x", "PATH", "x"));

    assertThat(settings.warnings())
        .containsExactly(
            "unknown environment variable VELOCITY_SERVER_BINDADDRESS; did you mean VELOCITY_SERVER_BIND_ADDRESS?");
  }

  @Test
  void theVariablesOfKubernetesServicesAreNoReasonForAWarning() throws Exception {
    Settings settings =
        load(
            Map.of(),
            Map.of(
                "VELOCITY_SERVICE_HOST", "10.0.0.1",
                "VELOCITY_SERVICE_PORT_VPROTO", "2005",
                "VELOCITY_PORT", "tcp://10.0.0.1:2005",
                "VELOCITY_HEADLESS_PORT_2005_TCP_ADDR", "10.0.0.1"));

    assertThat(settings.warnings()).isEmpty();
  }

  @Test
  void aWrongValueInTheEnvironmentOrAFlagIsNamedByItsPlace() {
    assertThat(
            problems(
                Map.of("server.transport", "pigeon", "server.nonsense", "1"),
                Map.of("VELOCITY_SERVER_MAX_CONNECTIONS", "many")))
        .containsExactly(
            "VELOCITY_SERVER_MAX_CONNECTIONS: must be a whole number from 1 to 1000000",
            "unknown setting server.nonsense; \"velocity config show\" lists what there is",
            "server.transport: \"pigeon\" is not one of auto, epoll, nio");
  }

  @Test
  void plaintextBeyondLoopbackIsRefused() throws Exception {
    Map<String, String> plain = Map.of("server.enable_tls", "false");

    assertThat(load(plain, Map.of("VELOCITY_SERVER_BIND_ADDRESS", "[::1]:0")).get(Keys.ENABLE_TLS))
        .isFalse();
    assertThat(load(plain, Map.of("VELOCITY_SERVER_BIND_ADDRESS", "localhost:0")).warnings())
        .isEmpty();
    for (String open : List.of("0.0.0.0:2005", "[::]:2005", "10.1.2.3:2005", "db.example:2005")) {
      assertThat(problems(plain, Map.of("VELOCITY_SERVER_BIND_ADDRESS", open)))
          .as(open)
          .singleElement()
          .asString()
          .contains("without TLS the server listens on loopback only, not on " + open);
    }
  }

  @Test
  void whatBelongsTogetherIsAskedForTogether() {
    assertThat(
            problems(
                Map.of("server.tls_cert", "c.pem", "security.bootstrap_admin_user", "root"),
                Map.of("VELOCITY_SERVER_MANAGEMENT_BIND_ADDRESS", "127.0.0.1:2005")))
        .satisfiesExactly(
            cert -> assertThat(cert).contains("server.tls_cert and server.tls_key belong together"),
            user -> assertThat(user).contains("bootstrap_admin_password_file belong together"),
            port -> assertThat(port).contains("127.0.0.1:2005 is taken by server.bind_address"));
  }

  @Test
  void certificatesOfClientsNeedTls() {
    Map<String, String> flags = Map.of("server.tls_client_ca", "ca.pem");
    assertThat(problems(flags, Map.of("VELOCITY_SERVER_ENABLE_TLS", "false")))
        .singleElement()
        .asString()
        .contains("server.tls_client_ca: without TLS nobody can show a certificate");
  }

  @Test
  void theFlagsOfTheCommandLineArriveAsSystemProperties() throws Exception {
    String property = Keys.MAX_CONNECTIONS.flagProperty();
    System.setProperty(property, "77");
    try {
      Settings settings = ConfigLoader.load();
      assertThat(settings.get(Keys.MAX_CONNECTIONS)).isEqualTo(77);
      assertThat(settings.origin(Keys.MAX_CONNECTIONS))
          .isEqualTo(new Origin.Flag("server.max_connections"));
    } finally {
      System.clearProperty(property);
    }
  }

  private Path toml() {
    return folder.resolve("velocity.toml");
  }

  /** Writes the file with a comment as its first line, so that line numbers start at 2. */
  private void file(String text) throws IOException {
    Files.writeString(toml(), "# settings\n" + text);
  }

  private Settings load(Map<String, String> flags, Map<String, String> environment)
      throws ConfigException {
    return ConfigLoader.load(
        new ConfigLoader.Sources(flags, Optional.empty(), List.of(toml()), environment));
  }

  private List<String> problems(Map<String, String> flags, Map<String, String> environment) {
    return catchThrowableOfType(ConfigException.class, () -> load(flags, environment)).problems();
  }
}
