package io.velocitydb.config;

import java.nio.file.Path;

/** Where a setting's value came from. */
public sealed interface Origin {

  /** Nobody set it. */
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }

  /**
   * A line of a file.
   *
   * @param line from 1
   * @param column from 1
   */
  record File(Path file, int line, int column) implements Origin {
    @Override
    public String toString() {
      return file + ":" + line + ":" + column;
    }
  }

  /** An environment variable. */
  record Environment(String variable) implements Origin {
    @Override
    public String toString() {
      return variable;
    }
  }

  /** A flag of the command line. */
  record Flag(String key) implements Origin {
    @Override
    public String toString() {
      return "command line (" + key + ")";
    }
  }
}
