package io.velocitydb.cli.console;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every command that answers something. */
public final class OutputOptions {

  /** For whom the answer is. */
  public enum Format {
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

  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing but the answer and errors.")
  private boolean quiet;

  @Option(names = "--verbose", description = "Say more; show where an error came from.")
  private boolean verbose;

  /** Whether a program reads. */
  public boolean json() {
    return format == Format.JSON;
  }

  /** Whether remarks are unwanted. */
  public boolean quiet() {
    return quiet;
  }

  /** Whether more is wanted than usual. */
  public boolean verbose() {
    return verbose;
  }

  static final class FormatConverter implements ITypeConverter<Format> {
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
