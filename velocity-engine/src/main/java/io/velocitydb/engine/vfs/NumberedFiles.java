package io.velocitydb.engine.vfs;

import java.nio.file.Path;
import java.util.OptionalLong;

/** Files of one kind, named by a number of eight digits or more and an extension. Immutable. */
public final class NumberedFiles {
  private static final int LEAST_DIGITS = 8;
  private static final int MOST_DIGITS = 18;

  private final String extension;

  /**
   * The files of an extension.
   *
   * @param extension with its dot
   */
  public NumberedFiles(String extension) {
    this.extension = extension;
  }

  /** Where the file of a number lies. */
  public Path path(Path directory, long number) {
    return directory.resolve(padded(number, LEAST_DIGITS) + extension);
  }

  /**
   * A number behind as many zeros as it takes to have a width. No format here and no regular
   * expression below: an opening would be the first to need their classes.
   */
  public static String padded(long number, int width) {
    String digits = Long.toString(number);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }

  /** Number of a file from its name; empty for files of another kind. */
  public OptionalLong number(String fileName) {
    int digits = fileName.length() - extension.length();
    if (digits < LEAST_DIGITS || digits > MOST_DIGITS || !fileName.endsWith(extension)) {
      return OptionalLong.empty();
    }
    for (int i = 0; i < digits; i++) {
      if (fileName.charAt(i) < '0' || fileName.charAt(i) > '9') {
        return OptionalLong.empty();
      }
    }
    return OptionalLong.of(Long.parseLong(fileName, 0, digits, 10));
  }
}
