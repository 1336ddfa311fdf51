package io.velocitydb.cli.console;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A command whose answer is for people, or for programs if they ask. */
public abstract class AnsweringCommand extends ConsoleCommand {

  /** For whom the answer is. */
  private enum Format {
    /** People. */
    TABLE,
    /** Programs: one document with stable keys. */
    JSON
  }

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      converter = FormatConverter.class,
      description = "table for people (default), json for programs.")
  private Format format = Format.TABLE;

  /** A command on this console. */
  protected AnsweringCommand(Console console) {
    super(console);
  }

  /** Whether a program reads. */
  @Override
  protected final boolean json() {
    return format == Format.JSON;
  }

  private static final class FormatConverter implements ITypeConverter<Format> {
    @Override
    public Format convert(String value) {
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "table" -> Format.TABLE;
        case "json" -> Format.JSON;
        default -> throw new TypeConversionException("\"" + value + "\" is neither table nor json");
      };
    }
  }
}
