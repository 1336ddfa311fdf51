package io.velocitydb.client.error;

/** Another shard of the cluster holds the key; {@link #redirect()} names it. Code WRONG_SHARD. */
public final class WrongShardException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  WrongShardException(ErrorDetails details) {
    super(details);
  }
}
