package io.velocitydb.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * Reads the settings: a flag wins over an environment variable, that over the file, that over the
 * default. Every mistake is found in one go.
 *
 * <p>The command line hands its flags to the server as system properties: {@code
 * velocity.flag.<key>} for a setting and {@code velocity.config} for the file, so that the server
 * only calls {@link #load()}.
 */
public final class ConfigLoader {
  /** What a flag's system property begins with. */
  public static final String FLAG_PREFIX = "velocity.flag.";

  /** The system property that names the file. */
  public static final String FILE_PROPERTY = "velocity.config";

  /** The environment variable that names the file. */
  public static final String FILE_VARIABLE = "VELOCITY_CONFIG";

  /** What the variables begin with. */
  public static final String VARIABLE_PREFIX = "VELOCITY_";

  private static final Path LOCAL_FILE = Path.of("velocity.toml");
  private static final Path SYSTEM_FILE = Path.of("/etc/velocity/velocity.toml");

  /** Variables that others of our programs read; not settings, and no reason for a warning. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of(
          FILE_VARIABLE,
          "VELOCITY_URL",
          "VELOCITY_PASSWORD",
          "VELOCITY_TOKEN",
          "VELOCITY_FINGERPRINT",
          "VELOCITY_BUILD",
          "VELOCITY_CACHE",
          VelocityHome.VARIABLE,
          "VELOCITY_JAVA_OPTS");

  /** What Kubernetes puts into every pod beside a service called "velocity" or "velocity-...". */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("VELOCITY_(.*_)?(SERVICE_(HOST|PORT)(_.*)?|PORT(_\\d+_(TCP|UDP).*)?)");

  private final Sources sources;
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Map<ConfigKey<?>, Settings.Value> values = new HashMap<>();

  private ConfigLoader(Sources sources) {
    this.sources = sources;
  }

  /**
   * Everything the settings are read from.
   *
   * @param flags key to value, as typed
   * @param file the file somebody named, which then must exist
   * @param fallbacks files of which the first that exists is read when nobody named one
   * @param environment all variables; those of other programs are ignored
   */
  public record Sources(
      Map<String, String> flags,
      Optional<Path> file,
      List<Path> fallbacks,
      Map<String, String> environment) {
    /** Copies what may change. */
    public Sources {
      flags = Map.copyOf(flags);
      fallbacks = List.copyOf(fallbacks);
      environment = Map.copyOf(environment);
    }

    /** This process's environment, with these flags and, if named, this file. */
    public static Sources ofProcess(Map<String, String> flags, Optional<Path> file) {
      Map<String, String> environment = System.getenv();
      Optional<Path> named =
          file.or(() -> Optional.ofNullable(environment.get(FILE_VARIABLE)).map(Path::of));
      return new Sources(flags, named, List.of(LOCAL_FILE, SYSTEM_FILE), environment);
    }
  }

  /**
   * Reads the settings of this process: system properties, environment, file.
   *
   * @throws ConfigException with every problem found
   */
  public static Settings load() throws ConfigException {
    Map<String, String> flags = new HashMap<>();
    for (String property : System.getProperties().stringPropertyNames()) {
      if (property.startsWith(FLAG_PREFIX)) {
        flags.put(property.substring(FLAG_PREFIX.length()), System.getProperty(property));
      }
    }
    Optional<Path> file = Optional.ofNullable(System.getProperty(FILE_PROPERTY)).map(Path::of);
    return load(Sources.ofProcess(flags, file));
  }

  /**
   * Reads the settings from these sources.
   *
   * @throws ConfigException with every problem found
   */
  public static Settings load(Sources sources) throws ConfigException {
    return new ConfigLoader(sources).run();
  }

  private Settings run() throws ConfigException {
    Optional<Path> file = chooseFile();
    file.ifPresent(this::readFile);
    readEnvironment();
    readFlags();
    Settings settings = new Settings(values, file, warnings);
    if (problems.isEmpty()) {
      problems.addAll(Contradictions.in(settings));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return settings;
  }

  private Optional<Path> chooseFile() {
    if (sources.file().isPresent()) {
      Path named = sources.file().get();
      if (!Files.isRegularFile(named)) {
        problems.add(
            named
                + ": there is no such file; name another with --config, or leave --config out to run on the defaults");
        return Optional.empty();
      }
      return sources.file();
    }
    return sources.fallbacks().stream().filter(Files::isRegularFile).findFirst();
  }

  private void readFile(Path file) {
    TomlParseResult toml;
    try {
      toml = Toml.parse(file);
    } catch (IOException e) {
      problems.add(file + ": cannot be read: " + e);
      return;
    }
    for (TomlParseError error : toml.errors()) {
      problems.add(at(file, error.position()) + ": " + oneLine(error.getMessage()));
    }
    if (toml.hasErrors()) {
      return;
    }
    for (List<String> path : new TreeMap<>(byPosition(toml)).values()) {
      readEntry(file, toml, path);
    }
  }

  /** Entries by line and column, so that problems are reported from the top of the file. */
  private static Map<Long, List<String>> byPosition(TomlTable toml) {
    Map<Long, List<String>> entries = new HashMap<>();
    for (List<String> path : toml.keyPathSet(false)) {
      TomlPosition position = toml.inputPositionOf(path);
      entries.put(((long) position.line() << 32) | position.column(), path);
    }
    return entries;
  }

  private void readEntry(Path file, TomlTable toml, List<String> path) {
    String name = String.join(".", path);
    TomlPosition position = toml.inputPositionOf(path);
    Optional<ConfigKey<?>> key = Keys.find(name);
    if (key.isEmpty()) {
      problems.add(
          at(file, position) + ": " + UnknownName.message("key", name, UnknownName.keys()));
      return;
    }
    Origin origin = new Origin.File(file, position.line(), position.column());
    Settings.Value earlier = values.get(key.get());
    if (earlier != null) {
      problems.add(
          origin
              + ": "
              + name
              + " says the same as line "
              + ((Origin.File) earlier.origin()).line()
              + "; keep one of the two");
      return;
    }
    try {
      values.put(key.get(), new Settings.Value(key.get().type().fromToml(toml.get(path)), origin));
    } catch (IllegalArgumentException e) {
      problems.add(origin + ": " + name + ": " + e.getMessage());
    }
  }

  private void readEnvironment() {
    Map<String, ConfigKey<?>> variables = new HashMap<>();
    for (ConfigKey<?> key : Keys.all()) {
      variables.put(key.variable(), key);
      key.aliases().forEach(alias -> variables.put(ConfigKey.variableOf(alias), key));
    }
    new TreeMap<>(sources.environment())
        .forEach(
            (variable, text) -> {
              if (!variable.startsWith(VARIABLE_PREFIX) || OTHER_VARIABLES.contains(variable)) {
                return;
              }
              ConfigKey<?> key = variables.get(variable);
              if (key != null) {
                readText(key, text, new Origin.Environment(variable), variable);
              } else if (!SERVICE_LINK.matcher(variable).matches()) {
                warnings.add(
                    UnknownName.message("environment variable", variable, variables.keySet()));
              }
            });
  }

  private void readFlags() {
    new TreeMap<>(sources.flags())
        .forEach(
            (name, text) ->
                Keys.find(name)
                    .ifPresentOrElse(
                        key -> readText(key, text, new Origin.Flag(key.name()), name),
                        () ->
                            problems.add(
                                UnknownName.message("setting", name, UnknownName.keys()))));
  }

  private void readText(ConfigKey<?> key, String text, Origin origin, String where) {
    try {
      values.put(key, new Settings.Value(key.type().read().apply(text), origin));
    } catch (IllegalArgumentException e) {
      problems.add(where + ": " + e.getMessage());
    }
  }

  private static String at(Path file, TomlPosition position) {
    return file + ":" + position.line() + ":" + position.column();
  }

  private static String oneLine(String message) {
    return message.lines().map(String::strip).reduce((a, b) -> a + " " + b).orElse("");
  }
}
