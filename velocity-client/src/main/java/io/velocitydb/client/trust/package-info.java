/**
 * Which server is believed to be the right one, and which certificate the client shows to it.
 *
 * <p>A certificate authority, a pinned fingerprint, or the file {@code ~/.velocity/known_hosts}:
 * the first server seen on this machine's own loopback is kept there, any other unknown server is
 * refused, and a changed key always is. Start with {@link io.velocitydb.client.trust.TrustPolicy}.
 */
@NullMarked
package io.velocitydb.client.trust;

import org.jspecify.annotations.NullMarked;
