package io.velocitydb.cli.database;

import com.fasterxml.jackson.core.JsonGenerator;
import io.velocitydb.cli.console.AnsweringCommand;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Inspected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows what a file of a data directory holds. */
@Command(
    name = "inspect",
    description = {
      "Show what a single file of a data directory holds.",
      "One line for each thing in a log segment (*.wal), a table (*.sst, *.velo) or a",
      "MANIFEST. Keys are shown, values are not."
    },
    footer = {
      "%nExamples:",
      "  velocity db inspect ./data/databases/000001-default/MANIFEST",
      "  velocity db inspect orders.velo --output json"
    })
public final class DbInspect extends AnsweringCommand {
  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  /** Made by picocli. */
  public DbInspect(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run() {
    Path path = console.directory().resolve(file);
    try {
      if (json()) {
        Json.object(
            console,
            json -> {
              json.writeArrayFieldStart("records");
              Engine.inspect(path, each -> write(json, each));
              json.writeEndArray();
            });
      } else {
        Engine.inspect(path, this::print);
      }
    } catch (EngineException e) {
      throw DataDirectoryCommand.failure(e);
    }
    return ExitCode.DONE;
  }

  private void print(Inspected each) {
    StringBuilder line = new StringBuilder(each.what());
    each.fields().forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
    console.out().println(line);
  }

  private static void write(JsonGenerator json, Inspected each) {
    try {
      json.writeStartObject();
      json.writeStringField("what", each.what());
      for (Map.Entry<String, String> field : each.fields().entrySet()) {
        json.writeStringField(field.getKey(), field.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
