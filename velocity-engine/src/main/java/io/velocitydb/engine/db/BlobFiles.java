package io.velocitydb.engine.db;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of blob files. */
final class BlobFiles {
  private static final Pattern NAME = Pattern.compile("(\\d{8,18})\\.blob");

  private BlobFiles() {}

  static Path path(Path directory, long number) {
    return directory.resolve("%08d.blob".formatted(number));
  }

  /** Number of a blob file from its name; empty for other files. */
  static OptionalLong number(String fileName) {
    Matcher matcher = NAME.matcher(fileName);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }
}
