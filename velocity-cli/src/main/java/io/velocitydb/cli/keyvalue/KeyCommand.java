package io.velocitydb.cli.keyvalue;

import io.velocitydb.cli.connect.KeyspaceCommand;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.client.value.Key;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** A command on keys. */
abstract class KeyCommand extends KeyspaceCommand {
  @Option(
      names = "--hex",
      description = "Keys and values that begin with 0x are hexadecimal; show them so.")
  private boolean hex;

  KeyCommand(Console console) {
    super(console);
  }

  final boolean hex() {
    return hex;
  }

  final Key key(String typed) throws IOException {
    return Bytes.key(console, typed, hex);
  }

  final List<Key> keys(List<String> typed) throws IOException {
    List<Key> keys = new ArrayList<>();
    for (String key : typed) {
      keys.add(key(key));
    }
    return keys;
  }

  final CommandFailure noSuchKey(Key key) {
    return new CommandFailure(
        ExitCode.NOT_FOUND, "there is no key " + Bytes.shown(key.toBytes(), hex));
  }
}
