package io.velocitydb.client.admin;

import static io.velocitydb.client.admin.Texts.text;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.message.Messages;
import io.velocitydb.client.value.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Writes and reads scopes, in the messages about users and tokens. */
final class Scopes {

  private Scopes() {}

  /** Their tables, for a vector of them. */
  static int[] write(FlatBufferBuilder builder, List<Scope> scopes) {
    int[] offsets = new int[scopes.size()];
    for (int i = 0; i < offsets.length; i++) {
      Scope scope = scopes.get(i);
      int database = builder.createString(scope.database());
      int prefix = Messages.optionalBytes(builder, scope.prefix());
      offsets[i] = io.velocitydb.protocol.fbs.Scope.createScope(builder, database, prefix);
    }
    return offsets;
  }

  static List<Scope> read(int count, IntFunction<io.velocitydb.protocol.fbs.Scope> element) {
    List<Scope> scopes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      var scope = element.apply(i);
      scopes.add(
          new Scope(
              text(scope.database()),
              scope.prefixLength() == 0
                  ? Optional.empty()
                  : Optional.of(
                      Key.of(Messages.copy(scope, scope.prefixStart(), scope.prefixLength())))));
    }
    return List.copyOf(scopes);
  }
}
