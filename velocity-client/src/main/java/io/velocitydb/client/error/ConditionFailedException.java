package io.velocitydb.client.error;

import io.velocitydb.client.value.Version;

/** A condition in a batch did not hold; nothing of the batch was applied. Code CONDITION_FAILED. */
public final class ConditionFailedException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  ConditionFailedException(ErrorDetails details) {
    super(details);
  }

  /** The index of the operation in the batch whose condition failed, from 0. */
  public int index() {
    return details().index();
  }

  /** The current version of its key; {@link Version#ABSENT} if the key is not there. */
  public Version currentVersion() {
    return Version.of(details().version());
  }
}
