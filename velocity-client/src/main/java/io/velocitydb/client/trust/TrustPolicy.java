package io.velocitydb.client.trust;

import io.velocitydb.protocol.scram.Fingerprint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a client decides whether a server is the right one. Immutable.
 *
 * <p>With a certificate authority the certificate must come from it and name the host; with pinned
 * fingerprints the server's key must be one of them; with both, both. With neither the file of
 * known hosts decides: a server on this machine's loopback address is kept there when first met,
 * any other must be there already unless new ones are accepted, and one whose key changed is
 * refused always. A host is kept only after the whole handshake, in which the server proves that it
 * knows the user's password.
 */
public final class TrustPolicy {

  private final @Nullable Path authority;
  private final Set<Fingerprint> pins;
  private final KnownHosts knownHosts;
  private final boolean acceptNew;

  private TrustPolicy(
      @Nullable Path authority, Set<Fingerprint> pins, KnownHosts knownHosts, boolean acceptNew) {
    this.authority = authority;
    this.pins = pins;
    this.knownHosts = knownHosts;
    this.acceptNew = acceptNew;
  }

  /** The known hosts of the user. */
  public static TrustPolicy standard() {
    return new TrustPolicy(null, Set.of(), KnownHosts.standard(), false);
  }

  /**
   * Also demands a certificate from an authority in {@code pemFile} (PEM, one or more
   * certificates), for the host connected to.
   */
  public TrustPolicy authority(Path pemFile) {
    return new TrustPolicy(pemFile, pins, knownHosts, acceptNew);
  }

  /** Also demands that the server's key is one of {@code fingerprints}. */
  public TrustPolicy pinned(Fingerprint... fingerprints) {
    Set<Fingerprint> all = new LinkedHashSet<>(pins);
    all.addAll(Arrays.asList(fingerprints));
    return new TrustPolicy(authority, all, knownHosts, acceptNew);
  }

  /** Another file of known hosts. */
  public TrustPolicy knownHosts(KnownHosts hosts) {
    return new TrustPolicy(authority, pins, hosts, acceptNew);
  }

  /**
   * Keeps an unknown server in the file of known hosts instead of refusing it; never accepts a
   * changed one.
   */
  public TrustPolicy acceptNew(boolean accept) {
    return new TrustPolicy(authority, pins, knownHosts, accept);
  }

  /** The file of authorities, if one was given. */
  public Optional<Path> authority() {
    return Optional.ofNullable(authority);
  }

  /** The pinned fingerprints. */
  public Set<Fingerprint> pins() {
    return Set.copyOf(pins);
  }

  /** The file of known hosts. */
  public KnownHosts knownHosts() {
    return knownHosts;
  }

  /** Whether an unknown server is kept. */
  public boolean acceptsNew() {
    return acceptNew;
  }

  /** Whether the file of known hosts decides. */
  public boolean usesKnownHosts() {
    return authority == null && pins.isEmpty();
  }
}
