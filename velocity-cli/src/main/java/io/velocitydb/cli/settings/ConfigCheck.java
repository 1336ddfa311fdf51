package io.velocitydb.cli.settings;

import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.config.ConfigException;
import io.velocitydb.config.Keys;
import io.velocitydb.config.Machine;
import io.velocitydb.config.MemoryPlan;
import io.velocitydb.config.Settings;
import picocli.CommandLine.Command;

/** Says whether a server would start with these settings. */
@Command(
    name = "check",
    description = {
      "Check the settings file, the environment and the flags.",
      "When a server would refuse them, the exit code is 2."
    },
    footer = {"%nExample:", "  velocity config check --config velocity.toml"})
public final class ConfigCheck extends SettingsCommand {

  /** Made by picocli. */
  public ConfigCheck(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run() {
    Settings settings = load();
    MemoryPlan memory;
    try {
      memory = MemoryPlan.of(Machine.current(), settings.get(Keys.MEMORY_LIMIT));
    } catch (ConfigException e) {
      throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
    }
    settings.warnings().forEach(this::warn);
    String source =
        settings
            .file()
            .map(file -> file + " is fine")
            .orElse("there is no velocity.toml; the defaults are fine");
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeBooleanField("ok", true);
            json.writeStringField("file", settings.file().map(Object::toString).orElse(null));
            json.writeArrayFieldStart("warnings");
            for (String warning : settings.warnings()) {
              json.writeString(warning);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("memory_bytes");
            json.writeNumberField("database", memory.database());
            json.writeNumberField("heap", memory.heap());
            json.writeNumberField("network", memory.network());
            json.writeNumberField("jvm", memory.fixed());
            json.writeEndObject();
          });
    } else if (!output.quiet()) {
      console.out().println(source);
      console.out().println(memory.describe());
    }
    return ExitCode.DONE;
  }
}
