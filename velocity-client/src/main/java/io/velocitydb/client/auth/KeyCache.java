package io.velocitydb.client.auth;

import io.velocitydb.protocol.scram.Argon2Parameters;
import io.velocitydb.protocol.scram.ClientKeys;
import io.velocitydb.protocol.scram.Password;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys derived from a password, by salt and parameters, so that only the first connection pays
 * for Argon2id.
 *
 * <p>A derivation takes tens of milliseconds and tens of megabytes; connections that need the same
 * one at once share it. Thread safe.
 */
final class KeyCache {

  /** A server has one salt per user; more than these means that it plays games. */
  private static final int ENTRIES_MAX = 16;

  private record Source(String user, ByteBuffer salt, Argon2Parameters parameters) {}

  private final Map<Source, CompletableFuture<ClientKeys>> keys = new ConcurrentHashMap<>();

  /** The keys of the password, derived on a thread of its own if they are not there yet. */
  CompletableFuture<ClientKeys> keys(
      Credentials.Password credentials, byte[] salt, Argon2Parameters parameters) {
    Source source = new Source(credentials.user(), ByteBuffer.wrap(salt.clone()), parameters);
    if (keys.size() >= ENTRIES_MAX) {
      keys.clear();
    }
    CompletableFuture<ClientKeys> made =
        keys.computeIfAbsent(
            source,
            fresh ->
                CompletableFuture.supplyAsync(
                    () -> derive(credentials, salt, parameters),
                    // Native code would hold up a virtual thread's carrier.
                    task -> Thread.ofPlatform().daemon().name("velocity-argon2").start(task)));
    return made.whenComplete(
        (done, error) -> {
          if (error != null) {
            keys.remove(source, made);
          }
        });
  }

  int size() {
    return keys.size();
  }

  private static ClientKeys derive(
      Credentials.Password credentials, byte[] salt, Argon2Parameters parameters) {
    byte[] password = Password.prepare(credentials.password().toCharArray());
    try {
      return ClientKeys.ofPassword(password, salt, parameters);
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }
}
