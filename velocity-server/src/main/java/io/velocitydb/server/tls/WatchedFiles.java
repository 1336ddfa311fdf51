package io.velocitydb.server.tls;

import io.velocitydb.protocol.pem.PemText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What some PEM files say together, looked at again and again. By their contents: so it does not
 * matter whether a file is written anew, renamed, or behind a link that now leads elsewhere. Not
 * thread-safe.
 */
final class WatchedFiles<T> {
  private final List<Path> files;
  private final Function<List<PemText>, T> reader;
  private byte[] seen;

  private T latest;

  /**
   * @param reader throws {@link CertificateProblem} for what it cannot use
   * @throws CertificateProblem if the files cannot be used
   */
  WatchedFiles(List<Path> files, Function<List<PemText>, T> reader) {
    this.files = List.copyOf(files);
    this.reader = reader;
    List<PemText> texts = texts();
    seen = digest(texts);
    latest = reader.apply(texts);
  }

  /** The latest that could be used. */
  T latest() {
    return latest;
  }

  /**
   * What the files say, if that is new since the last call.
   *
   * @param check throws {@link CertificateProblem} for what is not to be used in place of the
   *     latest
   * @throws CertificateProblem if it cannot be used; once for the same contents
   */
  Optional<T> changed(Consumer<T> check) {
    List<PemText> texts;
    try {
      texts = texts();
    } catch (CertificateProblem e) {
      if (sees(digest(String.valueOf(e.getMessage())))) {
        throw e;
      }
      return Optional.empty();
    }
    if (!sees(digest(texts))) {
      return Optional.empty();
    }
    T read = reader.apply(texts);
    if (read.equals(latest)) {
      return Optional.empty();
    }
    check.accept(read);
    latest = read;
    return Optional.of(read);
  }

  /** Whether that is something new. */
  private boolean sees(byte[] digest) {
    boolean changed = !MessageDigest.isEqual(seen, digest);
    seen = digest;
    return changed;
  }

  private List<PemText> texts() {
    return files.stream().map(PemFiles::text).toList();
  }

  private static byte[] digest(List<PemText> texts) {
    MessageDigest digest = sha256();
    for (PemText text : texts) {
      // Each by itself, so that nothing depends on where one file ends.
      digest.update(digest(text.text()));
    }
    return digest.digest();
  }

  private static byte[] digest(String text) {
    return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
