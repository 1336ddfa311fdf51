package io.velocitydb.cli.server;

import io.velocitydb.config.ConfigKey;
import io.velocitydb.config.Keys;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The flags that set keys of {@code velocity.toml}; shared by what starts a server and what shows
 * how one would start.
 */
public final class ServerOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Settings file (default: ./velocity.toml, then /etc/velocity/velocity.toml, if there).")
  private @Nullable Path config;

  @Option(
      names = "--bind",
      paramLabel = "ADDR",
      description =
          "Where V-Proto listens (server.bind_address; default 127.0.0.1:2005). Port 0: any free one.")
  private @Nullable String bind;

  @Option(
      names = "--management",
      paramLabel = "ADDR",
      description =
          "Where health and metrics listen (server.management_bind_address; default 127.0.0.1:2007).")
  private @Nullable String management;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The folder of all data (server.data_dir; default ./velocitydb).")
  private @Nullable String dataDir;

  @Option(names = "--no-tls", description = "Plaintext; on loopback only (server.enable_tls).")
  private boolean noTls;

  @Option(
      names = "--durability",
      paramLabel = "WHEN",
      description = "always, interval or os (database.durability; default always).")
  private @Nullable String durability;

  @Option(
      names = "--memory-limit",
      paramLabel = "SIZE",
      description =
          "Memory of the database outside the Java heap, as 2GiB (database.memory_limit; default: from the machine or container).")
  private @Nullable String memoryLimit;

  @Option(
      names = "--wal-recovery",
      paramLabel = "MODE",
      description = "tail, skip or strict (database.wal_recovery; default tail).")
  private @Nullable String walRecovery;

  /** The file somebody named. */
  public Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  /** Key to value, as typed; only what was given. */
  public Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    put(flags, Keys.BIND_ADDRESS, bind);
    put(flags, Keys.MANAGEMENT_BIND_ADDRESS, management);
    put(flags, Keys.DATA_DIR, dataDir);
    put(flags, Keys.ENABLE_TLS, noTls ? "false" : null);
    put(flags, Keys.DURABILITY, durability);
    put(flags, Keys.MEMORY_LIMIT, memoryLimit);
    put(flags, Keys.WAL_RECOVERY, walRecovery);
    return flags;
  }

  private static void put(Map<String, String> flags, ConfigKey<?> key, @Nullable String value) {
    if (value != null) {
      flags.put(key.name(), value);
    }
  }
}
