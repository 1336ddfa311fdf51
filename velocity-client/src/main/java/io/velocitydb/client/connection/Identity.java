package io.velocitydb.client.connection;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * How a client names itself to the server, for its list of connections.
 *
 * @param name of the program or library
 * @param version of it
 * @param id one per client, kept over reconnects
 */
public record Identity(String name, String version, UUID id) {

  private static final int ID_BYTES = 16;

  /** The id's 16 bytes. */
  public byte[] idBytes() {
    return ByteBuffer.allocate(ID_BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }
}
