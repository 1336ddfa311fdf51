package io.velocitydb.server.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * {@code <data_dir>/tls}: the key and the self-signed certificate of a server that was given none.
 *
 * <p>The key is written and synced before the certificate, each to a temporary name that is then
 * renamed, so that a crash leaves at worst a key without a certificate; the next start makes one
 * for it. The key file has mode 0600 from its first byte.
 *
 * @param folder where the two files are
 */
public record CertificateFolder(Path folder) {
  static final String CERTIFICATE = "cert.pem";
  static final String KEY = "key.pem";

  /** With less than this left, a start makes a new certificate for the same key. */
  private static final Duration RENEW_BEFORE = Duration.ofDays(365);

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> PUBLIC_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

  /**
   * The certificate of this folder: made if there is none, renewed with the same key if it ends
   * soon.
   *
   * @throws CertificateProblem if what is there cannot be used, or nothing can be written
   */
  public ServerCertificate openOrCreate(Instant now) {
    Path certificate = certificate();
    Path key = key();
    try {
      if (!Files.exists(key)) {
        create(folder, OWNER_FOLDER);
        KeyPair pair = SelfSigned.newKey();
        write(key, PemFiles.pem("PRIVATE KEY", pair.getPrivate().getEncoded()), OWNER_FILE);
        writeCertificate(pair.getPublic(), pair.getPrivate(), now);
      } else if (!Files.exists(certificate)) {
        // A crash between the two, or somebody who wants a new certificate: the key stays.
        PrivateKey kept = PemFiles.privateKey(key);
        writeCertificate(SelfSigned.publicKey(kept), kept, now);
      }
      ServerCertificate present = PemFiles.read(certificate, key);
      if (present.expires().isAfter(now.plus(RENEW_BEFORE))
          || !SelfSigned.isRenewable(present.key())) {
        return present;
      }
      writeCertificate(present.leaf().getPublicKey(), present.key(), now);
      return PemFiles.read(certificate, key);
    } catch (IOException e) {
      throw new CertificateProblem("cannot write the certificate into " + folder + ": " + e, e);
    }
  }

  /** Where the certificate is. */
  public Path certificate() {
    return folder.resolve(CERTIFICATE);
  }

  /** Where its key is. */
  public Path key() {
    return folder.resolve(KEY);
  }

  private void writeCertificate(PublicKey publicKey, PrivateKey key, Instant now)
      throws IOException {
    X509Certificate made = SelfSigned.certificate(publicKey, key, now);
    byte[] der;
    try {
      der = made.getEncoded();
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new IllegalStateException("a certificate just made has no encoding", e);
    }
    write(certificate(), PemFiles.pem("CERTIFICATE", der), PUBLIC_FILE);
  }

  /** Temporary file, sync, rename, sync of the folder: the file is whole or not there. */
  private void write(Path file, String text, FileAttribute<?> mode) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileAttribute<?>[] attributes =
        posix() ? new FileAttribute<?>[] {mode} : new FileAttribute<?>[0];
    try (FileChannel channel = FileChannel.open(unfinished, options, attributes)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (posix()) {
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  private void create(Path directory, FileAttribute<?> mode) throws IOException {
    if (posix()) {
      Files.createDirectories(directory, mode);
    } else {
      Files.createDirectories(directory);
    }
  }

  private boolean posix() {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
