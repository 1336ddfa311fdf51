package io.velocitydb.cli.transfer;

import io.velocitydb.cli.connect.KeyspaceCommand;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.command.Entry;
import io.velocitydb.client.command.Scan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes entries to standard output. */
@Command(
    name = "export",
    description = {
      "Write entries to standard output.",
      "They come in the order of their keys, in the form that \"velocity import\" reads."
    },
    footer = {
      "%nExamples:",
      "  velocity export > all.tsv",
      "  velocity export --prefix user: --format jsonl > users.jsonl"
    })
public final class Export extends KeyspaceCommand {
  /** How often the output is asked whether somebody still reads it. */
  private static final int CHECK_EVERY = 1_000;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "tsv",
      description = "tsv (default) or jsonl; only jsonl keeps times to live and encodings.")
  private String format = "tsv";

  @Option(
      names = "--prefix",
      paramLabel = "P",
      description = "Only keys that begin with this (default: all).")
  private String prefix = "";

  /** Made by picocli. */
  public Export(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) throws Exception {
    if (json()) {
      throw usage("export writes entries, not a document; for JSON lines use --format jsonl");
    }
    RecordFormat form =
        RecordFormat.named(format)
            .orElseThrow(() -> usage("--format: \"" + format + "\" is neither tsv nor jsonl"));
    long entries = 0;
    long lost = 0;
    for (Entry entry : client.scan(prefix.isEmpty() ? Scan.all() : Scan.prefix(prefix))) {
      form.write(entry, console.out());
      entries++;
      lost += entry.ttl().isPresent() ? 1 : 0;
      if (entries % CHECK_EVERY == 0 && console.out().checkError()) {
        throw new CommandFailure(
            ExitCode.FAILED, "the output was closed after " + entries + " entries");
      }
    }
    console.out().flush();
    if (lost > 0 && form.loses().isPresent()) {
      warn(lost + " of the entries expire; " + format + " files lose " + form.loses().get());
    }
    if (!console.outIsTerminal()) {
      remark("exported " + entries + " entries");
    }
    return ExitCode.DONE;
  }
}
