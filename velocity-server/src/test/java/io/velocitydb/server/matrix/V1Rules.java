package io.velocitydb.server.matrix;

import static io.velocitydb.server.v1.V1Connection.command;
import static io.velocitydb.server.v1.V1Connection.frame;
import static io.velocitydb.server.v1.V1Connection.number;
import static io.velocitydb.server.v1.V1Connection.scan;
import static io.velocitydb.server.v1.V1Connection.set;
import static io.velocitydb.server.wire.Frames.utf8;

import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.v1.V1Command;
import io.velocitydb.protocol.v1.V1FrameEncoder;
import io.velocitydb.protocol.v1.V1Type;
import io.velocitydb.server.matrix.Matrix.Place;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A request of version 1 for every opcode that it has a word for. Who may send it stands in {@link
 * OpcodeRules}: the rules are those of 2.4.
 */
final class V1Rules {
  private V1Rules() {}

  /** All but those of the handshake. */
  static Map<Opcode, Function<Place, byte[]>> all() {
    Map<Opcode, Function<Place, byte[]>> requests = new EnumMap<>(Opcode.class);
    requests.put(Opcode.PING, _ -> frame(V1Type.PING, utf8("x")));
    requests.put(Opcode.STATS, _ -> frame(V1Type.STATS));
    requests.put(Opcode.QUIT, _ -> frame(V1Type.DISCONNECT, new byte[4]));
    for (V1Command command : V1Command.values()) {
      requests.put(command.opcode(), place -> request(command, place));
    }
    return requests;
  }

  private static byte[] request(V1Command command, Place place) {
    return switch (command) {
      case GET, DELETE, EXISTS, TTL -> command(command, place.key());
      case SET -> set(place.key(), utf8("1"), 0);
      case INCR, EXPIRE -> number(command, place.key(), 1_000);
      case USE -> command(command, out -> V1FrameEncoder.lp(out, place.database()));
      case SCAN -> scan(place.key(), 10);
    };
  }
}
