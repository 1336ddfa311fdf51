package io.velocitydb.engine.vfs;

import java.io.IOException;

/**
 * A file cannot have a second name at the place that was asked for: it lies on another file system,
 * or on one without hard links. A copy can take the link's place.
 */
public final class CannotLinkException extends IOException {
  private static final long serialVersionUID = 1L;

  public CannotLinkException(String message) {
    super(message);
  }
}
