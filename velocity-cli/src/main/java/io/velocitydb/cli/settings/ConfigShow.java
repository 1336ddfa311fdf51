package io.velocitydb.cli.settings;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Table;
import io.velocitydb.config.ConfigKey;
import io.velocitydb.config.Keys;
import io.velocitydb.config.Settings;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists settings with their values and origins. */
@Command(
    name = "show",
    description = {
      "Show the settings a server started here would have.",
      "Each with where it comes from: the command line, the environment, the file, or the default."
    },
    footer = {
      "%nExamples:",
      "  velocity config show",
      "  velocity config show database",
      "  velocity config show --verbose --output json"
    })
public final class ConfigShow extends SettingsCommand {
  @Parameters(arity = "0..1", paramLabel = "SECTION|KEY", description = "Only this section or key.")
  private @Nullable String only;

  /** Made by picocli. */
  public ConfigShow(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run() {
    Settings settings = load();
    settings.warnings().forEach(this::warn);
    List<ConfigKey<?>> keys =
        Keys.all().stream()
            .filter(key -> only == null || key.name().equals(only) || key.section().equals(only))
            .toList();
    if (keys.isEmpty()) {
      throw usage("there is no section or key \"" + only + "\"; without a name all are shown");
    }
    if (json()) {
      printJson(settings, keys);
    } else {
      printTable(settings, keys);
    }
    return ExitCode.DONE;
  }

  private void printTable(Settings settings, List<ConfigKey<?>> keys) {
    Table table =
        output.verbose()
            ? new Table("KEY", "VALUE", "FROM", "CHANGES", "WHAT IT IS")
            : new Table("KEY", "VALUE", "FROM");
    for (ConfigKey<?> key : keys) {
      String value = settings.text(key);
      String shown = value.isEmpty() ? "\"\"" : value;
      if (output.verbose()) {
        table.row(key.name(), shown, settings.origin(key), change(key), key.doc());
      } else {
        table.row(key.name(), shown, settings.origin(key));
      }
    }
    table.print(console);
  }

  private void printJson(Settings settings, List<ConfigKey<?>> keys) {
    Json.object(
        console,
        json -> {
          json.writeArrayFieldStart("settings");
          for (ConfigKey<?> key : keys) {
            json.writeStartObject();
            json.writeStringField("key", key.name());
            json.writeStringField("value", settings.text(key));
            json.writeStringField("from", settings.origin(key).toString());
            json.writeStringField("default", key.defaultText());
            json.writeStringField("changes", change(key));
            json.writeStringField("doc", key.doc());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static String change(ConfigKey<?> key) {
    return key.change().name().toLowerCase(Locale.ROOT);
  }
}
