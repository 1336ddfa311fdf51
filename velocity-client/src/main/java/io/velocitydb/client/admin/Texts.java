package io.velocitydb.client.admin;

import org.jspecify.annotations.Nullable;

/** Texts of messages, where a missing one is the empty one. */
final class Texts {

  private Texts() {}

  static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
