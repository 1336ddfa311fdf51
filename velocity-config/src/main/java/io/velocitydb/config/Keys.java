package io.velocitydb.config;

import static io.velocitydb.config.ConfigKey.Change.LIVE;
import static io.velocitydb.config.ConfigKey.Change.RESTART;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The one table of settings. A key stands here only when the server obeys it. */
public final class Keys {

  /** How the server waits for its sockets. */
  public enum Transport {
    /** The best the machine offers. */
    AUTO,
    /** Linux epoll. */
    EPOLL,
    /** The JDK's selector, everywhere. */
    NIO
  }

  /** When a write is answered; each is stronger than the one before. */
  public enum Durability {
    /** In the operating system's cache: survives the process, not the power. */
    OS,
    /** As {@code OS}, with a sync every {@code sync_interval_ms}. */
    INTERVAL,
    /** On stable storage before the reply. */
    ALWAYS
  }

  /** How the log is written. */
  public enum WalIo {
    /** The fastest that a trial at start finds. */
    AUTO,
    /** By system calls. */
    FILE,
    /** By memory that is the file's. */
    MMAP,
    /** By io_uring, where the system allows it. */
    IO_URING
  }

  /** What recovery does with a log that does not end cleanly. */
  public enum WalRecovery {
    /** Cuts a torn tail, refuses damage before it. */
    TAIL,
    /** Drops what does not match its checksum and reports each record. */
    SKIP,
    /** Refuses any torn tail. */
    STRICT
  }

  /** How much is logged. */
  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /** The form of a log line. */
  public enum LogFormat {
    TEXT,
    JSON
  }

  private static final List<ConfigKey<?>> TABLE = new ArrayList<>();
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long TIB = 1L << 40;
  private static final int RATE_LIMIT_MAX = 100_000_000;
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  public static final ConfigKey<HostPort> BIND_ADDRESS =
      key(
          "server.bind_address",
          ValueType.ADDRESS,
          "127.0.0.1:2005",
          RESTART,
          "Where V-Proto listens; port 0 takes any free one.");

  public static final ConfigKey<HostPort> MANAGEMENT_BIND_ADDRESS =
      key(
          "server.management_bind_address",
          ValueType.ADDRESS,
          "127.0.0.1:2007",
          RESTART,
          "Where health and metrics listen, in plaintext and without login: keep it inside.");

  public static final ConfigKey<Optional<HostPort>> RESP_BIND_ADDRESS =
      key(
          "server.resp_bind_address",
          ValueType.ADDRESS.orNone(""),
          "",
          RESTART,
          "Where clients of Redis may connect (RESP), with the same TLS and users; empty: nowhere.");

  public static final ConfigKey<List<String>> RESP_DATABASES =
      key(
          "server.resp_databases",
          ValueType.NAMES,
          "default",
          RESTART,
          "The databases that SELECT 0, SELECT 1 and so on select over RESP.");

  public static final ConfigKey<Path> DATA_DIR =
      key(
          "server.data_dir",
          ValueType.PATH,
          "./velocitydb",
          RESTART,
          "The folder of all data, keys and users; one server at a time owns it.",
          "addons.database.default_path");

  public static final ConfigKey<Integer> MAX_CONNECTIONS =
      key(
          "server.max_connections",
          ValueType.number(1, 1_000_000),
          "100000",
          RESTART,
          "Connections accepted at once; further ones are closed.");

  public static final ConfigKey<Duration> CONNECTION_TIMEOUT =
      key(
          "server.connection_timeout_seconds",
          ValueType.duration(SECOND, SECOND, Duration.ofDays(1)),
          "300",
          RESTART,
          "A connection without a complete request for this long is closed (seconds).");

  public static final ConfigKey<Integer> RATE_LIMIT_PER_SECOND =
      key(
          "server.rate_limit_per_second",
          ValueType.number(0, RATE_LIMIT_MAX),
          "0",
          RESTART,
          "Requests a second that each user may send, over all its connections, unless it has a limit of its own; 0: any number.");

  public static final ConfigKey<Integer> RATE_LIMIT_PER_ADDRESS =
      key(
          "server.rate_limit_per_address",
          ValueType.number(0, RATE_LIMIT_MAX),
          "0",
          RESTART,
          "Requests a second that may come from one address (IPv6: from one /64), over all its connections; 0: any number.");

  public static final ConfigKey<Boolean> ENABLE_TLS =
      key(
          "server.enable_tls",
          ValueType.SWITCH,
          "true",
          RESTART,
          "TLS 1.3 on the V-Proto port; may be off on loopback only.");

  public static final ConfigKey<Boolean> ENABLE_V1 =
      key(
          "server.enable_v1",
          ValueType.SWITCH,
          "false",
          RESTART,
          "Also speak version 1 of the protocol on the V-Proto port, for old clients.");

  public static final ConfigKey<Optional<Path>> TLS_CERT =
      key(
          "server.tls_cert",
          ValueType.PATH.orNone(""),
          "",
          RESTART,
          "Certificate chain (PEM); empty: a self-signed one is made at the first start.");

  public static final ConfigKey<Optional<Path>> TLS_KEY =
      key(
          "server.tls_key",
          ValueType.PATH.orNone(""),
          "",
          RESTART,
          "Private key (PKCS#8 PEM) of tls_cert.");

  public static final ConfigKey<Optional<Path>> TLS_CLIENT_CA =
      key(
          "server.tls_client_ca",
          ValueType.PATH.orNone(""),
          "",
          RESTART,
          "Certificates (PEM) of the authority that vouches for clients: one of its certificates logs in the user in its CN.");

  public static final ConfigKey<Transport> TRANSPORT =
      key(
          "server.transport",
          ValueType.choice(Transport.class),
          "auto",
          RESTART,
          "How the server waits for its sockets.");

  public static final ConfigKey<Optional<Long>> MEMORY_LIMIT =
      key(
          "database.memory_limit",
          ValueType.size(16 * MIB, 64 * TIB).orNone("auto"),
          "auto",
          RESTART,
          "Memory of the database outside the Java heap (memtables, caches, filters); auto: what the machine or container leaves.");

  public static final ConfigKey<Durability> DURABILITY =
      key(
          "database.durability",
          ValueType.choice(Durability.class),
          "always",
          RESTART,
          "When a write is answered: on stable storage (always), or in the system's cache with a regular sync (interval) or without (os).");

  public static final ConfigKey<Boolean> ALLOW_WEAKER_DURABILITY =
      key(
          "database.allow_weaker_durability",
          ValueType.SWITCH,
          "false",
          LIVE,
          "Whether a request may ask for a weaker durability than the server's.");

  public static final ConfigKey<Duration> SYNC_INTERVAL =
      key(
          "database.sync_interval_ms",
          ValueType.duration(MILLISECOND, MILLISECOND, Duration.ofMinutes(1)),
          "1000",
          RESTART,
          "Time between two syncs with durability interval (milliseconds).");

  public static final ConfigKey<Double> BLOOM_FALSE_POSITIVE_RATE =
      key(
          "database.bloom_false_positive_rate",
          ValueType.fraction(0.0001, 0.5),
          "0.01",
          RESTART,
          "How often a Bloom filter lets a read look into a file in vain; smaller takes more memory.");

  public static final ConfigKey<Optional<Long>> MAX_MEMTABLE_SIZE =
      key(
          "database.max_memtable_size",
          ValueType.size(64 * KIB, TIB).orNone("auto"),
          "auto",
          RESTART,
          "A memtable of this size is flushed to disk; auto: from memory_limit.");

  public static final ConfigKey<Boolean> ENABLE_COMPRESSION =
      key(
          "database.enable_compression",
          ValueType.SWITCH,
          "true",
          RESTART,
          "Compress the blocks of data files.");

  public static final ConfigKey<Integer> COMPACTION_THRESHOLD =
      key(
          "database.compaction_threshold",
          ValueType.number(2, 64),
          "4",
          RESTART,
          "Sorted runs that start a compaction.");

  public static final ConfigKey<WalRecovery> WAL_RECOVERY =
      key(
          "database.wal_recovery",
          ValueType.choice(WalRecovery.class),
          "tail",
          RESTART,
          "What recovery does with a damaged log: cut a torn tail (tail), drop and report what does not match (skip), refuse (strict).");

  public static final ConfigKey<WalIo> WAL_IO =
      key(
          "database.wal_io",
          ValueType.choice(WalIo.class),
          "auto",
          RESTART,
          "How the log is written: by system calls (file), by memory that is the file's (mmap), by io_uring (io_uring), or as a short trial at start finds fastest (auto).");

  public static final ConfigKey<LogLevel> LOG_LEVEL =
      key("logging.level", ValueType.choice(LogLevel.class), "info", LIVE, "How much is logged.");

  public static final ConfigKey<LogFormat> LOG_FORMAT =
      key(
          "logging.format",
          ValueType.choice(LogFormat.class),
          "text",
          RESTART,
          "Lines for people (text) or for programs (json).");

  public static final ConfigKey<Optional<Path>> LOG_FILE =
      key(
          "logging.file",
          ValueType.PATH.orNone(""),
          "",
          RESTART,
          "Log file; empty: standard error.");

  public static final ConfigKey<Long> LOG_MAX_FILE_SIZE =
      key(
          "logging.max_file_size",
          ValueType.size(64 * KIB, TIB),
          "100MiB",
          RESTART,
          "A log file of this size is rotated; so is the audit log.");

  public static final ConfigKey<Integer> LOG_MAX_FILES =
      key(
          "logging.max_files",
          ValueType.number(1, 1_000),
          "10",
          RESTART,
          "Rotated log files that are kept, and rotated audit logs.");

  public static final ConfigKey<Boolean> ENABLE_METRICS =
      key(
          "performance.enable_metrics",
          ValueType.SWITCH,
          "true",
          RESTART,
          "Serve metrics on the management port.");

  public static final ConfigKey<Duration> METRICS_INTERVAL =
      key(
          "performance.metrics_interval",
          ValueType.duration(SECOND, Duration.ZERO, Duration.ofDays(1)),
          "60",
          RESTART,
          "Time between two lines of rates and percentiles in the log (seconds); 0: none.");

  public static final ConfigKey<Boolean> ADAPTIVE_CACHE =
      key(
          "performance.adaptive_cache",
          ValueType.SWITCH,
          "true",
          RESTART,
          "Move memory between memtables and the block cache, to where it saves more time.");

  public static final ConfigKey<Double> TARGET_CACHE_HIT_RATE =
      key(
          "performance.target_cache_hit_rate",
          ValueType.fraction(0.01, 0.999),
          "0.95",
          RESTART,
          "Above this share of hits the block cache claims less memory from memtables.");

  public static final ConfigKey<Duration> SLOW_LOG_THRESHOLD =
      key(
          "performance.slow_log_threshold",
          ValueType.duration(MILLISECOND, Duration.ZERO, Duration.ofHours(1)),
          "10",
          RESTART,
          "Requests that take this long or longer are in the slow log (milliseconds); 0: none.");

  public static final ConfigKey<Integer> SLOW_LOG_LENGTH =
      key(
          "performance.slow_log_length",
          ValueType.number(1, 1_000),
          "128",
          RESTART,
          "Operations that the slow log keeps: the latest.");

  public static final ConfigKey<Boolean> ALLOW_PLAINTEXT_AUTH =
      key(
          "security.allow_plaintext_auth",
          ValueType.SWITCH,
          "false",
          RESTART,
          "Accept passwords on a listener without TLS.");

  public static final ConfigKey<Boolean> ALLOW_V1_PASSWORD =
      key(
          "security.allow_v1_password",
          ValueType.SWITCH,
          "false",
          RESTART,
          "Accept passwords as they are from clients of version 1, which should prove them.");

  public static final ConfigKey<Boolean> AUDIT_LOGGING =
      key(
          "security.audit_logging",
          ValueType.SWITCH,
          "true",
          RESTART,
          "Keep an audit log: logins, administration, and what was refused for want of rights.");

  public static final ConfigKey<Optional<Path>> AUDIT_LOG_PATH =
      key(
          "security.audit_log_path",
          ValueType.PATH.orNone(""),
          "",
          RESTART,
          "Where the audit log is written; empty: audit.log in data_dir.");

  public static final ConfigKey<Integer> MAX_AUTH_FAILURES =
      key(
          "security.max_auth_failures",
          ValueType.number(1, 1_000),
          "5",
          RESTART,
          "After so many failed logins an address has to wait, twice as long each time.");

  public static final ConfigKey<Duration> AUTH_BAN_DURATION =
      key(
          "security.auth_ban_duration",
          ValueType.duration(SECOND, SECOND, Duration.ofDays(1)),
          "300",
          RESTART,
          "The longest that an address has to wait after failed logins (seconds).");

  public static final ConfigKey<String> BOOTSTRAP_ADMIN_USER =
      key(
          "security.bootstrap_admin_user",
          ValueType.TEXT,
          "",
          RESTART,
          "Name of an admin made at the start while there is no user at all (for containers).");

  public static final ConfigKey<Optional<Path>> BOOTSTRAP_ADMIN_PASSWORD_FILE =
      key(
          "security.bootstrap_admin_password_file",
          ValueType.PATH.orNone(""),
          "",
          RESTART,
          "File with the password of bootstrap_admin_user.");

  private Keys() {}

  /** Every key, by section, in the order in which people read them. */
  public static List<ConfigKey<?>> all() {
    return Collections.unmodifiableList(TABLE);
  }

  /** The key of this name or alias. */
  public static Optional<ConfigKey<?>> find(String name) {
    return all().stream()
        .filter(key -> key.name().equals(name) || key.aliases().contains(name))
        .findFirst();
  }

  private static <T> ConfigKey<T> key(
      String name,
      ValueType<T> type,
      String defaultText,
      ConfigKey.Change change,
      String doc,
      String... aliases) {
    ConfigKey<T> key = new ConfigKey<>(name, type, defaultText, change, doc, List.of(aliases));
    TABLE.add(key);
    return key;
  }
}
