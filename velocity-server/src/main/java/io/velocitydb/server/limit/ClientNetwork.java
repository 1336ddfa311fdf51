package io.velocitydb.server.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * By what clients are told apart that nobody knows yet: an address of IPv4, or the first 64 bits of
 * one of IPv6, which one customer has to himself.
 *
 * @param bits the address, or those 64 bits of it
 * @param version 4 or 6; 0 for what has no address
 */
public record ClientNetwork(long bits, int version) {
  private static final ClientNetwork NONE = new ClientNetwork(0, 0);

  /** That of an address; all who have none are one. */
  public static ClientNetwork of(@Nullable InetAddress address) {
    if (address == null) {
      return NONE;
    }
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet6Address
        ? new ClientNetwork(bytes.getLong(), 6)
        : new ClientNetwork(bytes.getInt(), 4);
  }

  /** That of the other end of a connection. */
  public static ClientNetwork of(@Nullable SocketAddress remote) {
    return of(remote instanceof InetSocketAddress inet ? inet.getAddress() : null);
  }
}
