package io.velocitydb.cli.database;

import com.fasterxml.jackson.core.JsonGenerator;
import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Sizes;
import io.velocitydb.cli.console.Table;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.admin.DatabaseInfo;
import io.velocitydb.client.admin.VerifyReport;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Reads every byte of databases and checks it. */
@Command(
    name = "verify",
    description = {
      "Read every byte of one database, or of all, and check it.",
      "When something is wrong, the exit code is 1. Works on a stopped server too."
    },
    footer = {
      "%nExamples:",
      "  velocity db verify",
      "  velocity db verify orders --data-dir ./data"
    })
public final class DbVerify extends AdministrationCommand {
  /** Stands for every database of a folder; no database can be called so. */
  private static final String ALL = "(all)";

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "A database (default: all).")
  private @Nullable String name;

  /** Made by picocli. */
  public DbVerify(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run() throws Exception {
    Optional<Path> stopped = stoppedDataDir();
    return stopped.isPresent() ? verifyFiles(stopped.get()) : super.run();
  }

  /**
   * Without a server the files are read here; nothing in the folder is changed, not even a torn log
   * is cut.
   */
  private ExitCode verifyFiles(Path dataDir) {
    long start = System.nanoTime();
    try {
      io.velocitydb.engine.VerifyReport found =
          name == null ? Engine.verifyDirectory(dataDir) : Engine.verifyDirectory(dataDir, name);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      return report(
          Map.of(
              name == null ? ALL : name,
              new VerifyReport(
                  found.files(), found.bytes(), found.entries(), found.problems(), took)));
    } catch (EngineException e) {
      ExitCode code =
          switch (e.kind()) {
            case INVALID_ARGUMENT, DATABASE_NOT_FOUND -> ExitCode.NOT_FOUND;
            case LOCKED -> ExitCode.NO_CONNECTION;
            default -> ExitCode.FAILED;
          };
      throw new CommandFailure(code, e.getMessage(), e);
    }
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    List<String> names =
        name == null
            ? client.admin().databases().stream().map(DatabaseInfo::name).toList()
            : List.of(name);
    Map<String, VerifyReport> reports = new LinkedHashMap<>();
    for (String database : names) {
      reports.put(database, client.admin().verify(database));
    }
    return report(reports);
  }

  private ExitCode report(Map<String, VerifyReport> reports) {
    long problems = reports.values().stream().mapToLong(report -> report.problems().size()).sum();
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeBooleanField("clean", problems == 0);
            json.writeArrayFieldStart("databases");
            for (Map.Entry<String, VerifyReport> report : reports.entrySet()) {
              fields(json, report.getKey(), report.getValue());
            }
            json.writeEndArray();
          });
    } else {
      Table table = new Table("DATABASE", ">FILES", ">SIZE", ">ENTRIES", ">SECONDS", "RESULT");
      reports.forEach(
          (database, report) ->
              table.row(
                  database,
                  report.files(),
                  Sizes.of(report.bytes()),
                  report.entries(),
                  "%.1f".formatted(report.duration().toMillis() / 1e3),
                  report.clean() ? "clean" : report.problems().size() + " problems"));
      if (!output.quiet()) {
        table.print(console);
      }
      reports.forEach(
          (database, report) ->
              report
                  .problems()
                  .forEach(
                      problem ->
                          console
                              .err()
                              .println("velocity: " + database + ": " + Table.visible(problem))));
    }
    if (problems > 0) {
      throw new CommandFailure(
          ExitCode.FAILED,
          problems + " problems found; restore from a backup, or keep the folder and ask for help");
    }
    return ExitCode.DONE;
  }

  private static void fields(JsonGenerator json, String database, VerifyReport report)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("database", database);
    json.writeBooleanField("clean", report.clean());
    json.writeNumberField("files", report.files());
    json.writeNumberField("bytes", report.bytes());
    json.writeNumberField("entries", report.entries());
    json.writeNumberField("duration_ms", report.duration().toMillis());
    json.writeArrayFieldStart("problems");
    for (String problem : report.problems()) {
      json.writeString(problem);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
