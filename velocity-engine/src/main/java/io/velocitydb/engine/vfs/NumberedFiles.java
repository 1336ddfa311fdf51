package io.velocitydb.engine.vfs;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files of one kind, named by a number of eight digits or more and an extension. Immutable. */
public final class NumberedFiles {
  private final String extension;
  private final Pattern name;

  /**
   * The files of an extension.
   *
   * @param extension with its dot
   */
  public NumberedFiles(String extension) {
    this.extension = extension;
    this.name = Pattern.compile("(\\d{8,18})" + Pattern.quote(extension));
  }

  /** Where the file of a number lies. */
  public Path path(Path directory, long number) {
    return directory.resolve("%08d".formatted(number) + extension);
  }

  /** Number of a file from its name; empty for files of another kind. */
  public OptionalLong number(String fileName) {
    Matcher matcher = name.matcher(fileName);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }
}
