package io.velocitydb.bench.responder;

import io.velocitydb.bench.load.Protocol;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A responder in a process of its own: says its address, and ends when its input does. */
@Command(name = "responder-step", hidden = true)
public final class ResponderStep implements Callable<Integer> {
  @Option(names = "--protocol", required = true)
  private Protocol protocol = Protocol.VPROTO;

  @Option(names = "--tls")
  private boolean tls;

  @Option(names = "--value-bytes", required = true)
  private int valueBytes;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Responder responder = Responder.start(protocol, tls, valueBytes)) {
      out.println(responder.address());
      out.flush();
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return 0;
  }
}
