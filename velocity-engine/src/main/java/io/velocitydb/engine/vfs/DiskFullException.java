package io.velocitydb.engine.vfs;

import java.io.IOException;

/** The file system, or the quota of this user, has no space left. */
public final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1L;

  public DiskFullException(String message) {
    super(message);
  }
}
