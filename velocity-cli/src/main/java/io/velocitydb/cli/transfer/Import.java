package io.velocitydb.cli.transfer;

import io.velocitydb.cli.connect.KeyspaceCommand;
import io.velocitydb.cli.connect.ServerFailure;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.value.Key;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores every line of a file. */
@Command(
    name = "import",
    description = {
      "Store every line of a file.",
      "A line is key, tab, value, or a JSON object. What is there already is overwritten."
    },
    footer = {
      "%nExamples:",
      "  velocity import fruit.tsv",
      "  velocity import users.jsonl --prefix user: --database crm",
      "  zcat words.tsv.gz | velocity import -",
      "%nIn tab-separated files \\t, \\n, \\r and \\\\ stand for tab, line feed, carriage return and backslash.",
      "JSON lines are {\"key\":..,\"value\":..,\"ttl_ms\":..}, with key_base64 and value_base64 for what is not text."
    })
public final class Import extends KeyspaceCommand {
  @Parameters(paramLabel = "FILE", description = "The file; - is standard input.")
  private String file = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "tsv or jsonl (default: by the file's name, else tsv).")
  private @Nullable String format;

  @Option(names = "--prefix", paramLabel = "P", description = "Put this in front of every key.")
  private String prefix = "";

  /** Made by picocli. */
  public Import(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    RecordFormat form = form();
    boolean standardInput = file.equals("-");
    Optional<Long> total =
        standardInput ? Optional.empty() : Optional.of(Files.size(Path.of(file)));
    boolean bar = !output.quiet() && !json();
    long start = System.nanoTime();
    long entries;
    try (InputStream in = standardInput ? console.in() : Files.newInputStream(Path.of(file));
        Progress progress = Progress.overBytes(console, bar, "import", total)) {
      Pipeline pipeline = new Pipeline(client.async(), progress::at);
      send(form, new LineReader(in), pipeline);
      entries = pipeline.acknowledged();
    }
    report(entries, (System.nanoTime() - start) / 1e9);
    return ExitCode.DONE;
  }

  private void send(RecordFormat form, LineReader lines, Pipeline pipeline) throws Exception {
    byte[] front = prefix.getBytes(StandardCharsets.UTF_8);
    try {
      for (byte @Nullable [] line = lines.next(); line != null; line = lines.next()) {
        if (line.length > 0) {
          pipeline.add(withPrefix(form.read(line), front), lines.offset());
        }
      }
      pipeline.finish();
    } catch (MalformedLineException e) {
      pipeline.finish();
      throw new CommandFailure(
          ExitCode.FAILED,
          file + ":" + lines.number() + ": " + e.getMessage() + stored(pipeline),
          e);
    } catch (VelocityException e) {
      pipeline.settle();
      CommandFailure failure = ServerFailure.of(e, target());
      throw new CommandFailure(
          failure.exitCode(), file + ": " + failure.getMessage() + stored(pipeline), e);
    }
  }

  private static String stored(Pipeline pipeline) {
    return "; the first " + pipeline.acknowledged() + " entries were stored";
  }

  private void report(long entries, double seconds) {
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeNumberField("imported", entries);
            json.writeNumberField("seconds", seconds);
          });
    } else if (!output.quiet()) {
      console
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "imported %,d entries in %.1f s (%,.0f a second)",
                  entries,
                  seconds,
                  entries / seconds));
    }
  }

  private RecordFormat form() {
    return format == null
        ? RecordFormat.ofFile(file)
        : RecordFormat.named(format)
            .orElseThrow(() -> usage("--format: \"" + format + "\" is neither tsv nor jsonl"));
  }

  private static Item withPrefix(Item item, byte[] front) {
    if (front.length == 0) {
      return item;
    }
    byte[] key = item.key().toBytes();
    byte[] whole = Arrays.copyOf(front, front.length + key.length);
    System.arraycopy(key, 0, whole, front.length, key.length);
    return new Item(Key.of(whole), item.value(), item.ttl());
  }
}
